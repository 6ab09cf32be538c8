/**
 * Makes a bundle of a filming team's delivery: reads names, extracts voice-overs, synchronises with
 * a bucket.
 */
package dev.kinebeam.composer.delivery;
