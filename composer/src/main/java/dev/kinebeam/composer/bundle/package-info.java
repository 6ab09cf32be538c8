/** Where a bundle's files come from. */
package dev.kinebeam.composer.bundle;
