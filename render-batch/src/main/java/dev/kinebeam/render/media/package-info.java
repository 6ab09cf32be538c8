/** Looks at media files that nobody trusts, in processes that may die of it. */
package dev.kinebeam.render.media;
