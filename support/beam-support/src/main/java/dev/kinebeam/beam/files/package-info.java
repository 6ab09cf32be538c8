/** Beam's files in an object store. */
package dev.kinebeam.beam.files;
