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
 * Judges the originals of letters again. Pure: the same letter gives the same records, ids
 * included, so that sending them twice is sending them once. Not thread-safe.
 */
public final class Judge {
  /** As the job has it: our servers agree on the time better than this. */
  private static final long MAX_AHEAD_MS = 5 * 60 * 1000L;

  private final MediaRecord.Reader records = new MediaRecord.Reader();

  /** Whose event it was, from the headers of a gateway's letter. */
  private record Origin(
      UUID orgId, UUID patientId, long receivedAtMs, long sentAtMs, MediaRecord.Client client) {}

  /** The verdict on this letter at this time. */
  public Judgement judge(Letter letter, long nowMs) {
    if (DeadLetter.SESSION_OF_ANOTHER.equals(letter.letter().reason().code())) {
      return Judgement.failing(
          "session_id",
          DeadLetter.SESSION_OF_ANOTHER,
          "the session belongs to another patient for good; its events are in the archive");
    }
    if (letter.isCut()) {
      return Judgement.failing(
          "", "cut", "the dead letter holds only the beginning of the original");
    }
    return switch (letter.letter().source()) {
      case "gateway" -> ofGateway(letter);
      case "telemetry" -> ofTelemetry(letter, nowMs);
      case "upsert" ->
          Judgement.failing(
              "",
              "no_event",
              "the database refused a row, which the dead letter names by session and start; remove"
                  + " the cause, then run a backfill over that time");
      default ->
          Judgement.failing(
              "", "unknown_source", "unknown source of a dead letter: " + letter.letter().source());
    };
  }

  private Judgement ofTelemetry(Letter letter, long nowMs) {
    byte[] value = letter.letter().originalBytes();
    MediaRecord.Parsed parsed = records.read(value);
    if (parsed instanceof MediaRecord.Rejected no) {
      return new Judgement(List.of(), List.of(no.error()));
    }
    MediaRecord record = ((MediaRecord.Accepted) parsed).record();
    if (record.receivedAtMs() > nowMs + MAX_AHEAD_MS) {
      return Judgement.failing("received_at", "out_of_range", "received_at is in the future");
    }
    return new Judgement(List.of(new Judgement.Mended(record, value)), List.of());
  }

  private static Judgement ofGateway(Letter letter) {
    byte[] sent = letter.letter().originalBytes();
    EventBatch batch;
    Origin origin;
    try {
      batch = letter.isBody() ? EventBatch.parse(sent) : EventBatch.ofEvent(sent);
      origin = origin(letter, batch);
    } catch (EventBatch.Refused e) {
      return new Judgement(List.of(), List.of(e.error()));
    } catch (IllegalArgumentException e) {
      return Judgement.failing("", "no_origin", e.getMessage());
    }
    List<Judgement.Mended> mended = new ArrayList<>();
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
        mended.add(new Judgement.Mended(record, record.encode(item.raw())));
      }
    }
    return new Judgement(mended, still);
  }

  private static Origin origin(Letter letter, EventBatch batch) {
    long sentAt =
        letter.isBody()
            ? batch.sentAtMs()
            : letter.header("sent_at").map(Long::parseLong).orElse(MediaRecord.UNKNOWN_TIME);
    return new Origin(
        UUID.fromString(required(letter, "org_id")),
        UUID.fromString(required(letter, "patient_id")),
        Long.parseLong(required(letter, "received_at")),
        sentAt,
        client(letter, batch));
  }

  private static String required(Letter letter, String header) {
    return letter
        .header(header)
        .orElseThrow(() -> new IllegalArgumentException("the dead letter has no header " + header));
  }

  private static MediaRecord.Client client(Letter letter, EventBatch batch) {
    MediaRecord.Client client = MediaRecord.Client.UNKNOWN;
    if (letter.header("client").isPresent()) {
      try {
        client = Json.MAPPER.readValue(letter.header("client").get(), MediaRecord.Client.class);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            "the header client is not the JSON that the gateway writes", e);
      }
    }
    return letter.isBody()
        ? new MediaRecord.Client(client.device(), client.os(), client.browser(), batch.appVersion())
        : client;
  }
}
