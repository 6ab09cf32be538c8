/**
 * What a child process and its parent share: the line that says it is ready, and its end with its
 * parent.
 */
package dev.kinebeam.program.process;
