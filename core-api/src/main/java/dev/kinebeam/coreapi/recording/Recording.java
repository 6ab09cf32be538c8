package dev.kinebeam.coreapi.recording;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One session's archived events as one document, in order, so that a page can scrub through it.
 *
 * @param v version of the layout
 * @param index where to begin reading for each ten seconds of the session
 */
public record Recording(
    int v,
    UUID sessionId,
    @JsonUnwrapped Times times,
    @JsonUnwrapped Extent extent,
    List<Mark> index,
    List<Event> events) {
  static final int VERSION = 1;

  public Recording {
    index = List.copyOf(index);
    events = List.copyOf(events);
  }

  /**
   * When it was.
   *
   * @param startedAt what offsets count from
   * @param lastEventAt of the session's row when this was made: a newer row makes a new recording
   */
  public record Times(String startedAt, String lastEventAt, String madeAt) {
    public Times {
      Objects.requireNonNull(startedAt, "started_at");
      Objects.requireNonNull(lastEventAt, "last_event_at");
      Objects.requireNonNull(madeAt, "made_at");
    }
  }

  /**
   * How much of the session is here.
   *
   * @param eventsSeen by the row
   * @param complete whether at least as many events are here
   * @param truncated whether the session had more than a recording may hold; it is not made again
   *     for that
   */
  public record Extent(long eventsSeen, boolean complete, boolean truncated) {}

  /**
   * One event.
   *
   * @param offsetMs since the session's start; an event before it has less than 0
   * @param at corrected where the patient's clock is wrong
   * @param seq the player's counter; null where it sent none
   * @param positionSeconds in the video; null where the event has none
   * @param data as sent, or as corrected where a field was wrong, a JSON object; kept as text,
   *     since the trees of a whole recording would take many times its bytes
   */
  public record Event(
      long offsetMs,
      String at,
      String event,
      UUID eventId,
      @Nullable Integer seq,
      @Nullable Double positionSeconds,
      @JsonRawValue @JsonDeserialize(using = AsText.class) String data) {}

  /**
   * A place to begin at.
   *
   * @param offsetMs since the session's start
   * @param event place of the first event from then on
   * @param positionSeconds where the video stood then; null where that is not known
   */
  public record Mark(long offsetMs, int event, @Nullable Double positionSeconds) {}

  /** Any JSON value as its text. */
  static final class AsText extends StdDeserializer<String> {
    private static final long serialVersionUID = 1L;

    AsText() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser p, DeserializationContext context) throws IOException {
      return context.readTree(p).toString();
    }
  }
}
