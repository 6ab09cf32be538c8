package dev.kinebeam.objectstore;

/**
 * An object without its content.
 *
 * @param key its full key
 * @param bytes its size
 * @param etag changes whenever the content does; no quotes
 */
public record StoredObject(String key, long bytes, String etag) {}
