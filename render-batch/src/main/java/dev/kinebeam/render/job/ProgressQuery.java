package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * How far a batch is, by the rows of its renders.
 *
 * @param rows counts them by status
 * @param total how many renders there are, given these counts
 */
record ProgressQuery(
    Supplier<Map<Render.Status, Integer>> rows, ToIntFunction<Map<Render.Status, Integer>> total) {}
