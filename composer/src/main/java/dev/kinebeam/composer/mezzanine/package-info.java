/**
 * Mezzanines: primitives that are encoded once, as H.264 of one decoder configuration and PCM of
 * exactly the same length, and kept in a cache.
 */
package dev.kinebeam.composer.mezzanine;
