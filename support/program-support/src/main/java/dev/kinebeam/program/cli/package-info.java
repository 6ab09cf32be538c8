/** What commands share: flags that are spelled alike everywhere, and the line of progress. */
package dev.kinebeam.program.cli;
