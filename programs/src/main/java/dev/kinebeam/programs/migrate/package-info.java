/** The command that brings a database's schema up to date. */
package dev.kinebeam.programs.migrate;
