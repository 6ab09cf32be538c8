/** The commands that list, show and replay dead letters. */
package dev.kinebeam.programs.deadletters;
