/** The composer's commands. */
package dev.kinebeam.programs.media;
