package dev.kinebeam.catalog.db;

/**
 * Why an order could not be served.
 *
 * @param reason for people, naming the file or slot
 * @param retryable whether the same order may succeed later
 */
public record RenderFailure(String reason, boolean retryable) {}
