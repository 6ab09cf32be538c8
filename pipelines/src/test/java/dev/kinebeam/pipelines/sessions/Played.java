package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.SessionStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A session as a test plays it: each call is one event, a given number of seconds after the first.
 */
public final class Played {
  /** 2026-11-21T10:00:00Z, when every played session begins by the server's clock. */
  public static final long BEGIN_MS = 1_795_255_200_000L;

  public static final UUID ORG = new UUID(7, 1);
  public static final UUID PATIENT = new UUID(7, 2);
  public static final UUID RENDER = new UUID(7, 3);

  private final UUID sessionId;
  private final boolean numbered;
  private final long skewMs;
  private final List<MediaRecord> records = new ArrayList<>();

  private Played(UUID sessionId, boolean numbered, long skewMs) {
    this.sessionId = sessionId;
    this.numbered = numbered;
    this.skewMs = skewMs;
  }

  public static Played session(long number) {
    return new Played(new UUID(0x4000, number), true, 0);
  }

  public Played withoutSeq() {
    return new Played(sessionId, false, skewMs);
  }

  /** The patient's clock runs behind ours by this much; negative: ahead. */
  public Played clockBehindMs(long behind) {
    return new Played(sessionId, numbered, behind);
  }

  public UUID sessionId() {
    return sessionId;
  }

  public Played start(double at) {
    return add(
        at,
        EventType.SESSION_START,
        new EventData.SessionStart(120.5, 340L, 1200L, 280L, wifi(12.5, 45), 2_500_000L, "720p"));
  }

  public Played play(double at, double position) {
    return add(at, EventType.PLAY, new EventData.Play(position, position > 0));
  }

  public Played pause(double at, double position) {
    return add(at, EventType.PAUSE, new EventData.Pause(position));
  }

  public Played seek(double at, double from, double to) {
    return add(at, EventType.SEEK, new EventData.Seek(from, to));
  }

  public Played heartbeat(double at, double position, long stalls, long stallMs) {
    return add(
        at,
        EventType.HEARTBEAT,
        new EventData.Heartbeat(
            position,
            new EventData.Totals(
                position, position / 1.205, stalls, stallMs, 0L, 0L, 2L, 750L, 0L, List.of()),
            2_500_000L,
            2_400_000L,
            3_200_000L,
            "720p",
            wifi(11.2, 48)));
  }

  public Played stall(double at, double position) {
    return add(
        at,
        EventType.BUFFERING_START,
        new EventData.BufferingStart(position, 2_500_000L, "720p", 1200L, wifi(3.2, 90)));
  }

  public Played resume(double at, double position, long durationMs) {
    return add(
        at,
        EventType.BUFFERING_END,
        new EventData.BufferingEnd(position, durationMs, 1_500_000L, "480p", true));
  }

  public Played quality(double at, double position, String from, String to) {
    return add(
        at,
        EventType.QUALITY_CHANGE,
        new EventData.QualityChange(position, 2_500_000L, 5_000_000L, from, to, "user_manual"));
  }

  public Played milestone(double at, int percent) {
    return add(at, EventType.MILESTONE, new EventData.Milestone(percent, 1.205 * percent, at));
  }

  public Played error(double at, String code, boolean fatal) {
    return add(
        at, EventType.ERROR, new EventData.PlaybackError(code, "it broke", 45.0, fatal, null));
  }

  /** As the parser reads it: a status that players do not have is none. */
  private static SessionStatus known(String status) {
    return Arrays.stream(SessionStatus.values())
        .filter(known -> known.word().equals(status))
        .findFirst()
        .orElse(null);
  }

  public Played end(double at, double position, String status, EventData.Totals totals) {
    return add(
        at, EventType.SESSION_END, new EventData.SessionEnd(position, known(status), totals));
  }

  /** Closes with totals that say nothing beside the percentage. */
  public Played end(double at, double position, String status, double percent) {
    return end(
        at,
        position,
        status,
        new EventData.Totals(
            position, percent, null, null, null, null, null, null, null, List.of()));
  }

  /** Any event, sent at once and received 40 ms later. */
  public Played add(double at, EventType type, EventData data) {
    long server = BEGIN_MS + Math.round(at * 1000);
    return add(server - skewMs, server - skewMs, server + 40, type, data);
  }

  public Played add(long timestamp, long sent, long received, EventType type, EventData data) {
    int n = records.size();
    boolean start = type == EventType.SESSION_START;
    MediaEvent event =
        new MediaEvent(
            new UUID(sessionId.getLeastSignificantBits(), n),
            type,
            sessionId,
            timestamp,
            numbered ? n : MediaEvent.NO_SEQ,
            start ? "hashed-exercise" : null,
            start ? "video" : null,
            start ? RENDER : null,
            data);
    records.add(
        new MediaRecord(
            ORG,
            PATIENT,
            received,
            sent,
            new MediaRecord.Client("phone", "Android", "Firefox", "3.1.0"),
            event));
    return this;
  }

  public List<MediaRecord> records() {
    return List.copyOf(records);
  }

  public SessionTally tally() {
    return tallyOf(records);
  }

  public MeasuredSession measured() {
    return MeasuredSession.of(tally());
  }

  /** The same record as another person would have sent it. */
  public static MediaRecord of(UUID org, UUID patient, MediaRecord record) {
    return new MediaRecord(
        org, patient, record.receivedAtMs(), record.sentAtMs(), record.client(), record.event());
  }

  /** Where the player did not say that it is over, silence does. */
  static SessionTally over(SessionTally tally) {
    return tally.isOver() ? tally : tally.closedByTimeout();
  }

  public static SessionTally tallyOf(List<MediaRecord> records) {
    return records.stream().map(SessionTally::of).reduce(SessionTally::merge).orElseThrow();
  }

  private static EventData.Network wifi(double bandwidth, long rtt) {
    return new EventData.Network("wifi", bandwidth, rtt);
  }
}
