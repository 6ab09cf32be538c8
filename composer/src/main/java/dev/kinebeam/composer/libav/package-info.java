/**
 * The only package that knows libav (FFmpeg's libraries through Bytedeco's bindings).
 *
 * <p>Its types take paths, numbers and plain arrays, so that nothing outside depends on native
 * memory. Each open object owns its native handles and gives them back in {@code close()}; none is
 * thread-safe, but any number may be used at once, since nothing native is shared between them.
 */
package dev.kinebeam.composer.libav;
