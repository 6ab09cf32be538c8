package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;

/** How far a playback session is. */
public enum SessionStatus {
  /** It runs; players never send this. */
  PLAYING,
  /** Over, with enough of the video watched; a skip to the end is not enough. */
  COMPLETED,
  /** Over before the end. */
  ABANDONED,
  /** A fatal error ended the playback. */
  ERROR;

  /** As events, tables and answers hold it. */
  @JsonValue
  public String word() {
    return Words.write(this);
  }
}
