/**
 * The product's command line: one class per command that has no program of its own, and its help.
 */
package dev.kinebeam.programs.cli;
