/**
 * What a render will be, decided without a codec, a clock or a disk: which variants are picked, and
 * on which frame and sample each of them plays.
 */
package dev.kinebeam.composer.plan;
