/** Nightly upkeep: partitions, retention and the reconciliation of weekly counts. */
package dev.kinebeam.worker.upkeep;
