/**
 * Our own streaming host: plays compositions straight from mezzanines, transcodes uploads to the
 * same qualities, and checks the tokens of playback addresses.
 */
package dev.kinebeam.videohost;
