/** Where drills report. */
package dev.kinebeam.trials.console;
