/** Compares what a demo or drill has sent with what is stored, row by row and column by column. */
package dev.kinebeam.trials.accounting;
