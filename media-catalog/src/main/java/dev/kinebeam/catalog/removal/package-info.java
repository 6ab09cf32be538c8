/** Removing from video hosts, and from the bucket of our own, what no render has. */
package dev.kinebeam.catalog.removal;
