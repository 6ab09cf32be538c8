/**
 * Primitives made once into the one form that a render can copy from, and kept: H.264 of one shape
 * beside raw PCM of exactly the same length.
 */
package dev.kinebeam.composer.mezzanine;
