/**
 * A video host on this machine that speaks Bunny Stream's API: for people without an account
 * anywhere, and for tests. It makes HLS by copying packets and does not re-encode.
 */
package dev.kinebeam.videohost;
