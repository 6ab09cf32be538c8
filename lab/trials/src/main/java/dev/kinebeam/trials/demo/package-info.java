/** The demo: everything on one machine, played, measured and accounted for. */
package dev.kinebeam.trials.demo;
