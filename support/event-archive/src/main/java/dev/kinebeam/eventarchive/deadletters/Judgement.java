package dev.kinebeam.eventarchive.deadletters;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.List;

/**
 * What the present parser makes of a dead letter.
 *
 * @param accepted the events that pass now
 * @param still what keeps the others back
 */
public record Judgement(List<Accepted> accepted, List<FieldError> still) {
  public Judgement {
    accepted = List.copyOf(accepted);
    still = List.copyOf(still);
  }

  public static Judgement failing(String field, String code, String message) {
    return new Judgement(List.of(), List.of(new FieldError(field, code, message)));
  }

  /** An event that passes, with the very bytes that its record is to have. */
  public static final class Accepted {
    private final MediaRecord record;
    private final byte[] value;

    Accepted(MediaRecord record, byte[] value) {
      this.record = record;
      this.value = value;
    }

    public MediaRecord record() {
      return record;
    }

    /** The record's key. */
    public String key() {
      return record.event().sessionId().toString();
    }

    /** The record's value. */
    public byte[] value() {
      return value;
    }
  }
}
