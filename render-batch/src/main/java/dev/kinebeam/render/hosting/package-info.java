/** Bringing videos to a video host, and keeping at what may heal. */
package dev.kinebeam.render.hosting;
