/** Erasure of one patient from every table, recording and archive object. */
package dev.kinebeam.worker.rights;
