/** The commands of demo, drills and benches. */
package dev.kinebeam.trials.cli;
