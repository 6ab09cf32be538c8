/** Exercises' filming primitives as the object store lists them. */
package dev.kinebeam.catalog.bundle;
