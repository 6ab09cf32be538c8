/**
 * The edge to the libav libraries: writing and reading media. Shares no code with the composer, so
 * that it can prove the composer right.
 */
package dev.kinebeam.sample.libav;
