package dev.kinebeam.objectstore;

/**
 * An object without its content, and its type.
 *
 * @param contentType as whoever stored it named it; empty where nothing was named
 */
public record TypedObject(StoredObject object, String contentType) {}
