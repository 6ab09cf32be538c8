package dev.kinebeam.coreapi.recording;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kinebeam.eventarchive.SessionRecords;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Rfc3339;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recordings of sessions, made when one is requested: read from the archive, kept as one object
 * {@code recordings/ORG/SESSION.json}, and made again once the session's row has more events. An
 * unavailable recording is reported with its reason and never fails the response around it.
 * Thread-safe.
 */
public final class Recordings {
  /** Under which the objects lie; erasure looks here. */
  public static final String FOLDER = "recordings/";

  /** How long a link opens its recording. */
  public static final Duration VALID = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

  /** The archive grows by the hour: sooner, looking again would find the same. */
  private static final Duration SETTLING = Duration.ofSeconds(60);

  /** What the row does not know of yet may come so long after what it knows. */
  private static final Duration LATE = Duration.ofHours(1);

  /** A player that was offline sends later; a row that was made again is newer than its events. */
  private static final Duration OFFLINE = Duration.ofDays(7);

  /** A start that is much too early must not have the whole archive read. */
  private static final Duration LONGEST = Duration.ofDays(8);

  private static final Duration EARLY = Duration.ofMinutes(5);

  /** How long a caller waits for his turn. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final Missing BUSY =
      new Missing("busy", "another recording is being read or made; ask again in a moment");

  private final SessionRecords archive;
  private final Store store;
  private final Clock clock;

  /** Whoever asks every second must not read the archive every second. */
  private final Cache<RecordedSession, Missing> misses =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(SETTLING).build();

  /** An hour of the archive, or a recording, is read into memory: one at a time. */
  private final Semaphore makers = new Semaphore(1, true);

  /** Where recordings are kept. */
  public interface Store {
    /** The object, if there is one. */
    Optional<byte[]> read(String key) throws IOException;

    /** Keeps it, in place of what was there. */
    void put(String key, byte[] content) throws IOException;

    /** An address from which anyone can fetch it for this long. */
    URI link(String key, Duration validFor);
  }

  /** What can be had. */
  public sealed interface Answer permits Found, Missing {}

  /** The recording, and an address of it that stops working at {@code expiresAt}. */
  public record Found(Recording recording, URI url, Instant expiresAt) implements Answer {}

  /**
   * There is none now.
   *
   * @param code not_configured, not_archived_yet, busy or archive_away
   */
  public record Missing(String code, String message) implements Answer {
    /** No archive is configured. */
    public static final Missing NOT_CONFIGURED =
        new Missing("not_configured", "this Core API has no archive: S3_ARCHIVE_BUCKET is not set");
  }

  public Recordings(SessionRecords archive, Store store, Clock clock) {
    this.archive = archive;
    this.store = store;
    this.clock = clock;
  }

  /** The recording of a session that the caller may see. */
  public Answer of(RecordedSession session) {
    Missing missing = misses.getIfPresent(session);
    if (missing != null) {
      return missing;
    }
    try {
      if (!makers.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        return BUSY;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return BUSY;
    }
    try {
      Optional<Recording> kept = kept(session);
      return kept.isPresent() && stillGood(kept.get(), session)
          ? found(session, kept.get())
          : made(session);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("no recording of session {}: {}", session.sessionId(), e.getMessage(), e);
      return new Missing("archive_away", "the archive cannot be read at the moment");
    } finally {
      makers.release();
    }
  }

  private Optional<Recording> kept(RecordedSession session) throws IOException {
    Optional<byte[]> object = store.read(session.key());
    if (object.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(Json.MAPPER.readValue(object.get(), Recording.class))
          .filter(recording -> recording.v() == Recording.VERSION);
    } catch (JsonProcessingException e) {
      LOG.warn("{} is not a recording and is made again: {}", session.key(), Json.reason(e));
      return Optional.empty();
    }
  }

  private boolean stillGood(Recording recording, RecordedSession session) {
    boolean fresh =
        clock.instant().isBefore(Instant.parse(recording.times().madeAt()).plus(SETTLING));
    boolean same =
        recording.times().lastEventAt().equals(Rfc3339.text(session.times().lastEventAt()))
            && recording.extent().eventsSeen() == session.eventsSeen();
    return (same && (recording.extent().complete() || recording.extent().truncated()))
        || (fresh && (same || session.live()));
  }

  private Answer made(RecordedSession session) throws IOException {
    Window window = Window.of(session);
    SessionRecords.Found records =
        archive.of(
            new SessionRecords.Session(session.orgId(), session.patientId(), session.sessionId()),
            window.from,
            window.to,
            session.eventsSeen());
    records.broken().forEach(broken -> LOG.warn("an object of the archive is broken: {}", broken));
    if (records.records().isEmpty()) {
      Missing none =
          new Missing(
              "not_archived_yet",
              "the archive holds no event of this session yet; it is written within the hour");
      misses.put(session, none);
      return none;
    }
    Recording recording = RecordingMaker.make(session, records, clock.instant());
    store.put(session.key(), Json.bytes(recording));
    return found(session, recording);
  }

  /** The hours of the archive: when events came, where the row has the times when they happened. */
  private record Window(Instant from, Instant to) {
    static Window of(RecordedSession session) {
      Instant heard = latest(session.times().lastEventAt(), session.times().updatedAt());
      Instant to = earliest(heard, session.times().lastEventAt().plus(OFFLINE)).plus(LATE);
      return new Window(latest(session.times().startedAt().minus(EARLY), to.minus(LONGEST)), to);
    }

    private static Instant latest(Instant a, Instant b) {
      return a.isAfter(b) ? a : b;
    }

    private static Instant earliest(Instant a, Instant b) {
      return a.isBefore(b) ? a : b;
    }
  }

  private Answer found(RecordedSession session, Recording recording) {
    return new Found(recording, store.link(session.key(), VALID), clock.instant().plus(VALID));
  }
}
