package dev.kinebeam.gateway.intake;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.gateway.log.EventLog;
import dev.kinebeam.gateway.log.EventLogUnavailableException;
import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.BodyTokens;
import dev.kinebeam.schemas.event.Correction;
import dev.kinebeam.schemas.event.EventAcceptance;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.BeaconHandler;
import dev.kinebeam.web.http.BodyBudget;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Callers;
import dev.kinebeam.web.http.LimitedBody;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/media/events}, with the token in the Authorization header or, from beacons, in
 * the body, of which it is taken out before anything else is done with it. A 202 means that every
 * accepted event is durable, and every rejected one too, as a dead letter with its reason; a 503
 * means that nothing may be relied on and the same batch can be sent again.
 */
public final class EventIntake implements BeaconHandler {
  private static final Logger LOG = LoggerFactory.getLogger(EventIntake.class);
  private static final String COUNTER = "kinebeam.gateway.events";
  private static final int RETRY_SECONDS = 5;

  /** What browsers let beacons carry; it is unpacked and searched before its sender is known. */
  private static final int MAX_BEACON_BYTES = 64 * 1024;

  /**
   * These bodies can be sent again in a better form, so they are neither a loss nor dead letters.
   */
  private static final Set<String> SENDERS_OWN = Set.of("empty", "too_many");

  private final ConsentGate consent;
  private final EventLog log;
  private final int maxBodyBytes;
  private final BodyBudget bodies;
  private final Clock clock;
  private final MeterRegistry meters;
  private final UserAgentParser clients = new UserAgentParser();

  /**
   * An intake.
   *
   * @param maxBodyBytes the most bytes of a body, counted after unpacking
   * @param bodies what all bodies together may hold; at least one of the largest
   */
  public EventIntake(
      ConsentGate consent,
      EventLog log,
      int maxBodyBytes,
      BodyBudget bodies,
      Clock clock,
      MeterRegistry meters) {
    this.consent = consent;
    this.log = log;
    this.maxBodyBytes = maxBodyBytes;
    this.bodies = bodies;
    this.clock = clock;
    this.meters = meters;
  }

  /** Players make the ids, so one is only to be trusted inside its session. */
  private record SessionEvent(UUID sessionId, MediaEvent.Identity event) {}

  private record Verdict(int index, String code, String field, String message) {}

  /**
   * A field that was corrected; it costs nothing else.
   *
   * @param index of the event, or null for a field of the batch
   */
  private record Warning(@Nullable Integer index, String field, String code) {
    static Warning of(@Nullable Integer index, Correction correction) {
      return new Warning(index, correction.field(), correction.code().wireName());
    }
  }

  private record Answer(
      int accepted, int duplicates, List<Verdict> rejected, List<Warning> warnings) {}

  @Override
  public Reply handle(Call call, Callers callers) throws Exception {
    if (callers.header().isPresent()) {
      requireConsent(callers.header().get());
    }
    int limit =
        callers.header().isPresent() ? maxBodyBytes : Math.min(maxBodyBytes, MAX_BEACON_BYTES);
    try (BodyBudget.Share share = bodies.open()) {
      BodyTokens sent = BodyTokens.cut(LimitedBody.read(call, limit, share::take));
      Principal patient = SenderResolver.only(callers, sent.tokens());
      if (callers.header().isEmpty()) {
        requireConsent(patient);
      }
      return take(call, patient, sent.body());
    }
  }

  private Reply take(Call call, Principal patient, byte[] body) throws Problem {
    long receivedAt = clock.millis();
    EventBatch batch;
    try {
      batch = EventBatch.parse(body);
    } catch (EventBatch.Refused e) {
      MediaRecord.Client client = clients.of(call.header("User-Agent"), null);
      throw refused(
          e.error(),
          body,
          new Rejections.Origin(patient, receivedAt, MediaRecord.UNKNOWN_TIME, client));
    }
    return decide(call, patient, batch, receivedAt);
  }

  private void requireConsent(Principal patient) throws Problem {
    switch (consent.check(patient.orgId(), patient.subject())) {
      case OPEN -> {}
      case REFUSED ->
          throw Problem.invalid(
              403,
              "The patient does not agree to analytics.",
              List.of(new FieldError("", "no_consent", "consent for analytics is not active")));
      case UNKNOWN ->
          throw Problem.unavailable("Consent cannot be checked at the moment.", RETRY_SECONDS);
    }
  }

  private Problem refused(FieldError error, byte[] body, Rejections.Origin origin) throws Problem {
    if (!SENDERS_OWN.contains(error.code())) {
      // A token may stand where the body is broken.
      byte[] kept = EventAcceptance.storable(body);
      append(List.of(Rejections.deadLetter(Rejections.Scope.BODY, error, kept, origin)));
    }
    meters.counter("kinebeam.gateway.bodies.refused", "reason", error.code()).increment();
    return Problem.invalid(400, "The batch cannot be read; no event was accepted.", List.of(error));
  }

  private Reply decide(Call call, Principal patient, EventBatch batch, long receivedAt)
      throws Problem {
    MediaRecord.Client client = clients.of(call.header("User-Agent"), batch.appVersion());
    Rejections.Origin origin = new Rejections.Origin(patient, receivedAt, batch.sentAtMs(), client);
    List<LogRecord> records = new ArrayList<>(batch.items().size());
    List<Verdict> rejected = new ArrayList<>();
    List<Warning> warnings = new ArrayList<>();
    batch.corrections().forEach(it -> warnings.add(Warning.of(null, it)));
    Set<SessionEvent> seen = new HashSet<>();
    int duplicates = 0;
    for (EventBatch.Item item : batch.items()) {
      ParsedEvent parsed =
          EventAcceptance.ofSent(item.parsed(), receivedAt, batch.sentAtMs(), receivedAt);
      byte[] raw = EventAcceptance.storable(item.raw());
      if (parsed instanceof ParsedEvent.Accepted accepted) {
        MediaEvent event = accepted.event();
        if (seen.add(new SessionEvent(event.sessionId(), event.identity()))) {
          records.add(record(patient, batch, receivedAt, client, event, raw));
        } else {
          duplicates++;
        }
        event.corrections().forEach(it -> warnings.add(Warning.of(item.index(), it)));
      } else if (parsed instanceof ParsedEvent.Rejected no) {
        FieldError error = no.error();
        rejected.add(new Verdict(item.index(), error.code(), error.field(), error.message()));
        records.add(Rejections.deadLetter(Rejections.Scope.EVENT, error, raw, origin));
      }
    }
    append(records);
    count(seen.size(), duplicates, rejected, warnings);
    if (seen.isEmpty()) {
      throw noneAccepted(rejected);
    }
    return Reply.json(202, new Answer(seen.size(), duplicates, rejected, warnings));
  }

  private static LogRecord record(
      Principal patient,
      EventBatch batch,
      long receivedAt,
      MediaRecord.Client client,
      MediaEvent event,
      byte[] raw) {
    MediaRecord record =
        new MediaRecord(
            patient.orgId(), patient.subject(), receivedAt, batch.sentAtMs(), client, event);
    return LogRecord.of(Topics.MEDIA_EVENTS, event.sessionId().toString(), record.encode(raw));
  }

  private void append(List<LogRecord> records) throws Problem {
    try {
      log.append(records);
    } catch (EventLogUnavailableException e) {
      LOG.warn("a batch of {} records is not durable: {}", records.size(), e.getMessage());
      meters.counter("kinebeam.gateway.log.unavailable").increment();
      throw Problem.unavailable(
          "The event log is unavailable and the events may not be stored; send the batch again.",
          RETRY_SECONDS);
    }
  }

  private void count(int accepted, int duplicates, List<Verdict> rejected, List<Warning> warnings) {
    meters.counter(COUNTER, "verdict", "accepted", "reason", "").increment(accepted);
    meters.counter(COUNTER, "verdict", "duplicate", "reason", "").increment(duplicates);
    for (Verdict verdict : rejected) {
      meters.counter(COUNTER, "verdict", "rejected", "reason", verdict.code).increment();
    }
    for (Warning warning : warnings) {
      meters.counter("kinebeam.gateway.corrections", "code", warning.code).increment();
    }
  }

  private static Problem noneAccepted(List<Verdict> rejected) {
    List<FieldError> errors =
        rejected.stream()
            .map(v -> new FieldError(path(v.index, v.field), v.code, v.message))
            .toList();
    return Problem.invalid(400, "No event of the batch is valid.", errors)
        .withMembers(Map.of("accepted", 0, "duplicates", 0, "rejected", rejected));
  }

  private static String path(int index, String field) {
    return "events[" + index + "]" + (field.isEmpty() ? "" : "." + field);
  }
}
