package dev.kinebeam.eventarchive.deadletters;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Judges the originals of dead letters again. Pure: the same dead letter gives the same records,
 * ids included, so that sending them twice is sending them once. Not thread-safe.
 */
public final class Judge {
  /** As the job has it: our servers agree on the time better than this. */
  private static final long MAX_AHEAD_MS = 5 * 60 * 1000L;

  private final MediaRecord.Reader records = new MediaRecord.Reader();

  /** Whose event it was, from the headers of a gateway's dead letter. */
  private record Origin(
      UUID orgId, UUID patientId, long receivedAtMs, long sentAtMs, MediaRecord.Client client) {}

  /** The verdict on this dead letter at this time. */
  public Judgement judge(StoredDeadLetter deadLetter, long nowMs) {
    if (DeadLetter.SESSION_OF_ANOTHER.equals(deadLetter.content().reason().code())) {
      return Judgement.failing(
          "session_id",
          DeadLetter.SESSION_OF_ANOTHER,
          "the session belongs to another patient for good; its events are in the archive");
    }
    if (deadLetter.isCut()) {
      return Judgement.failing(
          "", "cut", "the dead letter holds only the beginning of the original");
    }
    return switch (deadLetter.content().source()) {
      case "gateway" -> ofGateway(deadLetter);
      case "telemetry" -> ofTelemetry(deadLetter, nowMs);
      case "upsert" ->
          Judgement.failing(
              "",
              "no_event",
              "the database refused a row, which the dead letter names by session and start; remove"
                  + " the cause, then run a backfill over that time");
      default ->
          Judgement.failing(
              "",
              "unknown_source",
              "unknown source of a dead letter: " + deadLetter.content().source());
    };
  }

  private Judgement ofTelemetry(StoredDeadLetter deadLetter, long nowMs) {
    byte[] value = deadLetter.content().originalBytes();
    MediaRecord.Parsed parsed = records.read(value);
    if (parsed instanceof MediaRecord.Rejected no) {
      return new Judgement(List.of(), List.of(no.error()));
    }
    MediaRecord record = ((MediaRecord.Accepted) parsed).record();
    if (record.receivedAtMs() > nowMs + MAX_AHEAD_MS) {
      return Judgement.failing("received_at", "out_of_range", "received_at is in the future");
    }
    return new Judgement(List.of(new Judgement.Accepted(record, value)), List.of());
  }

  private static Judgement ofGateway(StoredDeadLetter deadLetter) {
    byte[] sent = deadLetter.content().originalBytes();
    EventBatch batch;
    Origin origin;
    try {
      batch = deadLetter.isBody() ? EventBatch.parse(sent) : EventBatch.ofEvent(sent);
      origin = origin(deadLetter, batch);
    } catch (EventBatch.Refused e) {
      return new Judgement(List.of(), List.of(e.error()));
    } catch (IllegalArgumentException e) {
      return Judgement.failing("", "no_origin", String.valueOf(e.getMessage()));
    }
    List<Judgement.Accepted> accepted = new ArrayList<>();
    List<FieldError> still = new ArrayList<>();
    for (EventBatch.Item item : batch.items()) {
      ParsedEvent parsed = item.parsed().receivedAt(origin.receivedAtMs);
      if (parsed instanceof ParsedEvent.Rejected no) {
        still.add(no.error());
      } else if (parsed instanceof ParsedEvent.Accepted yes) {
        MediaRecord record =
            new MediaRecord(
                origin.orgId,
                origin.patientId,
                origin.receivedAtMs,
                origin.sentAtMs,
                origin.client,
                yes.event());
        accepted.add(new Judgement.Accepted(record, record.encode(item.raw())));
      }
    }
    return new Judgement(accepted, still);
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
