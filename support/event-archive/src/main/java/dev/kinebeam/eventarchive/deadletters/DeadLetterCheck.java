package dev.kinebeam.eventarchive.deadletters;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.EventAcceptance;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Checks the originals of dead letters again, by the rules for events ({@link EventAcceptance}).
 * Pure: the same dead letter gives the same records, ids included, so that sending them twice is
 * sending them once. Not thread-safe.
 */
public final class DeadLetterCheck {
  private final EventAcceptance acceptance = new EventAcceptance();

  /** Whose event it was, from the headers of a gateway's dead letter. */
  private record Origin(
      UUID orgId, UUID patientId, long receivedAtMs, long sentAtMs, MediaRecord.Client client) {}

  /** What of this dead letter is accepted at this time. */
  public CheckedDeadLetter check(StoredDeadLetter deadLetter, long nowMs) {
    if (DeadLetter.SESSION_OF_ANOTHER.equals(deadLetter.content().reason().code())) {
      return CheckedDeadLetter.refused(
          "session_id",
          DeadLetter.SESSION_OF_ANOTHER,
          "the session belongs to another patient for good; its events are in the archive");
    }
    if (deadLetter.isCut()) {
      return CheckedDeadLetter.refused(
          "", "cut", "the dead letter holds only the beginning of the original");
    }
    return switch (deadLetter.content().source()) {
      case "gateway" -> ofGateway(deadLetter, nowMs);
      case "telemetry" -> ofTelemetry(deadLetter, nowMs);
      case "upsert" ->
          CheckedDeadLetter.refused(
              "",
              "no_event",
              "the database refused a row, which the dead letter names by session and start; remove"
                  + " the cause, then run a backfill over that time");
      default ->
          CheckedDeadLetter.refused(
              "",
              "unknown_source",
              "unknown source of a dead letter: " + deadLetter.content().source());
    };
  }

  private CheckedDeadLetter ofTelemetry(StoredDeadLetter deadLetter, long nowMs) {
    byte[] value = deadLetter.content().originalBytes();
    MediaRecord.Parsed verdict = acceptance.ofRecord(value, nowMs);
    if (verdict instanceof MediaRecord.Rejected no) {
      return CheckedDeadLetter.refused(no.error());
    }
    MediaRecord record = ((MediaRecord.Accepted) verdict).record();
    return new CheckedDeadLetter(List.of(new ReplayableEvent(record, value)), List.of());
  }

  private static CheckedDeadLetter ofGateway(StoredDeadLetter deadLetter, long nowMs) {
    byte[] sent = deadLetter.content().originalBytes();
    EventBatch batch;
    Origin origin;
    try {
      batch = deadLetter.isBody() ? EventBatch.parse(sent) : EventBatch.ofEvent(sent);
      origin = origin(deadLetter, batch);
    } catch (EventBatch.Refused e) {
      return CheckedDeadLetter.refused(e.error());
    } catch (IllegalArgumentException e) {
      return CheckedDeadLetter.refused("", "no_origin", String.valueOf(e.getMessage()));
    }
    List<ReplayableEvent> accepted = new ArrayList<>();
    List<FieldError> refused = new ArrayList<>();
    for (EventBatch.Item item : batch.items()) {
      ParsedEvent verdict =
          EventAcceptance.ofSent(item.parsed(), origin.receivedAtMs, origin.sentAtMs, nowMs);
      if (verdict instanceof ParsedEvent.Rejected no) {
        refused.add(no.error());
      } else if (verdict instanceof ParsedEvent.Accepted yes) {
        MediaRecord record =
            new MediaRecord(
                origin.orgId,
                origin.patientId,
                origin.receivedAtMs,
                origin.sentAtMs,
                origin.client,
                yes.event());
        byte[] stored = EventAcceptance.storable(item.raw());
        accepted.add(new ReplayableEvent(record, record.encode(stored)));
      }
    }
    return new CheckedDeadLetter(accepted, refused);
  }

  private static Origin origin(StoredDeadLetter deadLetter, EventBatch batch) {
    long sentAt =
        deadLetter.isBody()
            ? batch.sentAtMs()
            : deadLetter.header("sent_at").map(Long::parseLong).orElse(MediaRecord.UNKNOWN_TIME);
    return new Origin(
        UUID.fromString(required(deadLetter, "org_id")),
        UUID.fromString(required(deadLetter, "patient_id")),
        Long.parseLong(required(deadLetter, "received_at")),
        sentAt,
        client(deadLetter, batch));
  }

  private static String required(StoredDeadLetter deadLetter, String header) {
    return deadLetter
        .header(header)
        .orElseThrow(() -> new IllegalArgumentException("the dead letter has no header " + header));
  }

  private static MediaRecord.Client client(StoredDeadLetter deadLetter, EventBatch batch) {
    MediaRecord.Client client = MediaRecord.Client.UNKNOWN;
    if (deadLetter.header("client").isPresent()) {
      try {
        client = Json.MAPPER.readValue(deadLetter.header("client").get(), MediaRecord.Client.class);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            "the header client is not the JSON that the gateway writes", e);
      }
    }
    return deadLetter.isBody()
        ? new MediaRecord.Client(client.device(), client.os(), client.browser(), batch.appVersion())
        : client;
  }
}
