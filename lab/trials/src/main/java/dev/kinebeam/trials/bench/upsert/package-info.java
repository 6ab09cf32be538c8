/** The bench of the job's sink, beside {@code COPY}. */
package dev.kinebeam.trials.bench.upsert;
