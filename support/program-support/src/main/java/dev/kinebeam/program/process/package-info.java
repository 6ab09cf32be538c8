/**
 * How a program starts and ends: what it has opened, the line that says it is ready, its end by a
 * signal or with its parent.
 */
package dev.kinebeam.program.process;
