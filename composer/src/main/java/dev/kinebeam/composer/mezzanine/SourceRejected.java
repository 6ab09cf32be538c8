package dev.kinebeam.composer.mezzanine;

import java.io.IOException;

/** A primitive that cannot be used; trying again does not help. The message names the file. */
public final class SourceRejected extends IOException {
  private static final long serialVersionUID = 1L;
  private final String primitive;

  /**
   * @param primitive file in the bundle ({@code rep-left-video-2.mp4})
   * @param reason what is wrong with it, as the rest of a sentence
   */
  public SourceRejected(String primitive, String reason) {
    super(primitive + ": " + reason);
    this.primitive = primitive;
  }

  public String primitive() {
    return primitive;
  }
}
