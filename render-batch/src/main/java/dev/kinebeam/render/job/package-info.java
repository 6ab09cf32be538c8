/**
 * The render job: orders in, hosted videos and rows out.
 *
 * <p>{@code read orders → plan → normalise primitives → compose → publish → record}, from Kafka
 * without end or from a file with one, by the same transforms. Elements name media and never carry
 * them. Each order ends as exactly one {@link dev.kinebeam.render.job.RenderOutcome}; one that
 * cannot be served fails by itself.
 */
package dev.kinebeam.render.job;
