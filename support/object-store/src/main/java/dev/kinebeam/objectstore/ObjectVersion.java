package dev.kinebeam.objectstore;

/** An object's content as it was at one moment. */
public final class ObjectVersion {
  private final byte[] content;
  private final String etag;

  ObjectVersion(byte[] content, String etag) {
    this.content = content;
    this.etag = etag;
  }

  /** Not to be changed. */
  public byte[] content() {
    return content;
  }

  /** Differs from that of every other content; no quotes. */
  public String etag() {
    return etag;
  }
}
