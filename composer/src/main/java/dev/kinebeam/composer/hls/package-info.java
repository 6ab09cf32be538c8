/**
 * Renders as HLS without writing them: playlists and sound of their own, pictures out of the
 * mezzanines that all renders share.
 */
package dev.kinebeam.composer.hls;
