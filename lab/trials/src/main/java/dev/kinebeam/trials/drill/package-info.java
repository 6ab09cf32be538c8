/** Faults on purpose under load, and the accounting after them. */
package dev.kinebeam.trials.drill;
