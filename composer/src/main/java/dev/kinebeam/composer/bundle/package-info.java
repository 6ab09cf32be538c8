/** Bundles of primitives in a folder or in an object store. */
package dev.kinebeam.composer.bundle;
