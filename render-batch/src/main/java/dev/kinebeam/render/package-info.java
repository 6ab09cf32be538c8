/**
 * The render programs: {@link dev.kinebeam.render.RenderMain} and, in {@code cli}, the composer.
 */
package dev.kinebeam.render;
