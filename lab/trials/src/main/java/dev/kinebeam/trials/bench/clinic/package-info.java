/** The bench of the clinic's questions on ten million sessions. */
package dev.kinebeam.trials.bench.clinic;
