/** The command that enters exercises of a file into the catalogue. */
package dev.kinebeam.programs.catalogue;
