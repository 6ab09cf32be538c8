/** Figures of several rounds, and the verdict that a bench prints. */
package dev.kinebeam.trials.bench.measure;
