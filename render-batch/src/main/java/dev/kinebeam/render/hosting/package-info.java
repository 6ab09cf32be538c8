/** Publishing videos to a video host, with retries of transient failures. */
package dev.kinebeam.render.hosting;
