/** The Core API's answers about the catalogue: lists, cache hits, bumps, readiness. */
package dev.kinebeam.trials.bench.catalogue;
