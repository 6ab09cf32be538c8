package dev.kinebeam.catalog.db;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;

/** The steps of a render, in their order. */
public enum RenderStep {
  PLANNING(0),
  NORMALISING(5),
  COMPOSING(60),
  PUBLISHING(80);

  private final int percent;

  RenderStep(int percent) {
    this.percent = percent;
  }

  /** How much of the whole is done when it begins, by the usual share of the steps before it. */
  public int percentAtBegin() {
    return percent;
  }

  /** As tables and answers hold it. */
  @JsonValue
  public String word() {
    return Words.write(this);
  }
}
