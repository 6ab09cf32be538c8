/** Counts dead letters by source and reason for {@code /metrics}. */
package dev.kinebeam.coreapi.deadletters;
