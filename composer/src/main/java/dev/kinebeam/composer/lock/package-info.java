/** Locks between threads and between processes of one machine. */
package dev.kinebeam.composer.lock;
