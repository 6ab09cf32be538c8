/** A native Flink job that does the telemetry job's work, as its reference. */
package dev.kinebeam.trials.bench.reference;
