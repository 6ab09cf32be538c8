/** Folders, ports, pid files and Java child processes of the programs. */
package dev.kinebeam.programs.process;
