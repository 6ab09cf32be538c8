package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.schemas.render.Composition;
import java.io.IOException;

/** A mezzanine that a composition names is neither on this machine nor in the bucket. */
public final class LostMezzanine extends IOException {
  private static final long serialVersionUID = 1L;
  private final transient Composition.Mezzanine mezzanine;

  LostMezzanine(Composition.Mezzanine mezzanine) {
    super("the mezzanine of " + mezzanine.name() + " (" + mezzanine.entry() + ") is lost");
    this.mezzanine = mezzanine;
  }

  /** Which one. */
  public Composition.Mezzanine mezzanine() {
    return mezzanine;
  }
}
