/** The media worker: what it runs, and its command. */
package dev.kinebeam.worker;
