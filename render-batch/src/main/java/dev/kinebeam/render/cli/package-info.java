/** The composer's commands. */
package dev.kinebeam.render.cli;
