/** What a patient's connection carries, from the rows of sessions and stalls. */
package dev.kinebeam.coreapi.bandwidth;
