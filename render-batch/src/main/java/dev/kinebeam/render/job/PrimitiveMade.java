package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.RenderFailure;

/**
 * Word to a render that one of its primitives is done with.
 *
 * @param name of the primitive
 * @param seconds spent on it for this render
 * @param error why it cannot be used, else null
 */
record PrimitiveMade(PlannedRender render, String name, double seconds, RenderFailure error) {}
