package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;

/** Why playback waited. */
public enum WaitCause {
  /** The buffer ran empty while the video played. */
  STALL,
  /** The first frame was still to come. */
  STARTUP,
  /** The viewer had jumped to where nothing was loaded yet. */
  SEEK,
  /** Another wait at the same place was open already: this one counts nowhere. */
  CONTINUED;

  /** In lower case; in upper case too, as saved state of earlier releases may hold it. */
  @JsonCreator
  public static WaitCause of(String word) {
    return Words.read(WaitCause.class, word);
  }

  /** As tables and answers hold it. */
  @JsonValue
  public String word() {
    return Words.write(this);
  }
}
