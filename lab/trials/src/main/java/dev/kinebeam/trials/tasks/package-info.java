/** What people come to the pages for, done in a browser and timed. */
package dev.kinebeam.trials.tasks;
