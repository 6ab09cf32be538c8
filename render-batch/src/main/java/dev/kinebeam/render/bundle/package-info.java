/** Where a bundle's files come from. */
package dev.kinebeam.render.bundle;
