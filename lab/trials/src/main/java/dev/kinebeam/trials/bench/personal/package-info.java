/** The bench of personal videos: a worker whose videos wait, activation, and patients' workouts. */
package dev.kinebeam.trials.bench.personal;
