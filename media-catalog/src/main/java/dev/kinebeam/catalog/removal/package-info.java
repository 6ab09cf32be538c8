/** Removing from video hosts what no render has. */
package dev.kinebeam.catalog.removal;
