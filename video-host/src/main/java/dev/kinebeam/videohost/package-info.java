/**
 * Our streaming host with Bunny Stream's protocol: takes uploads, makes HLS by copying packets
 * without encoding again, composes HLS from mezzanines, and signs addresses.
 */
package dev.kinebeam.videohost;
