/**
 * The sample exercise: a bundle of filming primitives made by our own code, whose every frame and
 * count can be recognised.
 */
package dev.kinebeam.sample;
