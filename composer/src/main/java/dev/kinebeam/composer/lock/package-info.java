/** Locks that hold among threads and among processes. */
package dev.kinebeam.composer.lock;
