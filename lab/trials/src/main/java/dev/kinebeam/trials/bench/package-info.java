/** The bench of the telemetry job, and what the benches share. */
package dev.kinebeam.trials.bench;
