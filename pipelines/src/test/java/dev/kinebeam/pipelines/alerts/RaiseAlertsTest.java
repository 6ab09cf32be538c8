package dev.kinebeam.pipelines.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.schemas.event.SessionStatus;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From measured sessions to automations in a real database, on a clock of the test's own. */
@Tag("servers")
class RaiseAlertsTest {
  private static final long MINUTE = 60_000;
  private static final long NOW = (System.currentTimeMillis() / MINUTE) * MINUTE;
  private static MetricsDatabase database;

  private final UUID org = UUID.randomUUID();
  private TestStream.Builder<MeasuredSession> stream = begin(NOW);

  /** Of every session that is made from now on; each has been watched for 10 s. */
  private long stallMs;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
    database.run("SELECT ensure_media_partitions(now(), 1, 1)");
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  private static TestStream.Builder<MeasuredSession> begin(long watermark) {
    return TestStream.create(JsonCoder.of(MeasuredSession.class))
        .advanceWatermarkTo(Instant.ofEpochMilli(watermark));
  }

  private MeasuredSession session(UUID id, long startedAt, Long ttfbMs, int eventsSeen) {
    return new MeasuredSession(metrics(id, startedAt, ttfbMs, eventsSeen), List.of(), List.of());
  }

  private SessionMetrics metrics(UUID id, long startedAt, Long ttfbMs, int eventsSeen) {
    return new SessionMetrics(
        new SessionMetrics.Identity(
            id,
            org,
            UUID.randomUUID(),
            "squat",
            "video",
            null,
            startedAt,
            null,
            startedAt,
            SessionStatus.PLAYING,
            null),
        new SessionMetrics.StartUp(ttfbMs, null, null, null, null, null, true, true),
        new SessionMetrics.Playback(10, 10, 10, null, 1, 0, 0, 0, 1),
        new SessionMetrics.Smoothness(
            0, 0, stallMs > 0 ? 1 : 0, stallMs, 0, 0, null, null, null, 0, 0),
        new SessionMetrics.Network(null, null, null, null),
        new SessionMetrics.Device(null, null, null, null),
        new SessionMetrics.Faults(0, List.of(), false),
        new SessionMetrics.Trust(eventsSeen, 0, 0, false, 1, null));
  }

  private void slowSessions(int n, long startedAt) {
    for (int i = 0; i < n; i++) {
      add(session(UUID.randomUUID(), startedAt, 9000L, 2), startedAt);
    }
  }

  private void add(MeasuredSession session, long at) {
    stream = stream.addElements(TimestampedValue.of(session, Instant.ofEpochMilli(at)));
  }

  private void watermark(long ms) {
    stream = stream.advanceWatermarkTo(Instant.ofEpochMilli(ms));
  }

  private void run() {
    Pipeline pipeline = Pipeline.create();
    Clock clock = Clock.fixed(java.time.Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    pipeline
        .apply(stream.advanceWatermarkToInfinity())
        .apply(RaiseAlerts.into(database.settings(), AlertTimes.DEFAULT).by(clock));
    pipeline.run().waitUntilFinish();
  }

  private List<String> changes() throws SQLException {
    return database
        .rows(
            "SELECT (payload->>'rule') || ' ' || (payload->>'change') AS change"
                + " FROM automation_changes WHERE org_id = '"
                + org
                + "' ORDER BY change_id")
        .stream()
        .map(row -> row.get("change"))
        .toList();
  }

  @Test
  void aConditionIsOpenedOnceAndEndsThoughNothingMoreComes() throws Exception {
    slowSessions(6, NOW);
    watermark(NOW + 2 * MINUTE);
    slowSessions(6, NOW + 2 * MINUTE);
    run();
    assertThat(changes()).containsExactly("cdn_issue opened", "cdn_issue resolved");
    assertThat(
            database.rows(
                "SELECT extract(epoch FROM cleared_at - opened_at)::int / 60 AS minutes"
                    + " FROM automations WHERE org_id = '"
                    + org
                    + "'"))
        .extracting(row -> row.get("minutes"))
        .as("an hour until the last session has left the window, and ten minutes")
        .containsExactly("71");
  }

  @Test
  void aSessionThatIsEmittedAgainCountsOnce() throws Exception {
    UUID id = UUID.randomUUID();
    for (int seen = 1; seen <= 8; seen++) {
      add(session(id, NOW, 9000L, seen), NOW);
    }
    run();
    assertThat(changes()).isEmpty();
  }

  @Test
  void theRowOfMostEventsOfASessionCounts() throws Exception {
    for (int i = 0; i < 6; i++) {
      UUID id = UUID.randomUUID();
      add(session(id, NOW, 300L, 9), NOW);
      add(session(id, NOW, 9000L, 2), NOW);
    }
    run();
    assertThat(changes()).isEmpty();
  }

  @Test
  void readingThePastAgainRaisesNothing() throws Exception {
    long past = NOW - 3 * 60 * MINUTE;
    stream = begin(past);
    slowSessions(10, past);
    watermark(past + 30 * MINUTE);
    slowSessions(10, NOW - 48 * 60 * MINUTE);
    watermark(NOW);
    run();
    assertThat(changes()).isEmpty();
  }

  @Test
  void whatStillHoldsWhenThePastIsReadIsRaised() throws Exception {
    stream = begin(NOW - 30 * MINUTE);
    slowSessions(10, NOW - 30 * MINUTE);
    watermark(NOW + MINUTE);
    run();
    assertThat(changes()).containsExactly("cdn_issue opened", "cdn_issue resolved");
  }

  @Test
  void aFreshJobKnowsWhatTheDatabaseKnows() throws Exception {
    database.run(row(UUID.randomUUID(), 9000, 0));
    database.run(row(UUID.randomUUID(), 9000, 0));
    database.run(row(UUID.randomUUID(), 9000, 0));
    UUID again = UUID.randomUUID();
    database.run(row(again, 9000, 0));
    add(session(again, NOW - MINUTE, 9000L, 5), NOW);
    add(session(UUID.randomUUID(), NOW, 9000L, 5), NOW);
    run();
    assertThat(changes()).containsExactly("cdn_issue opened", "cdn_issue resolved");
    assertThat(
            database.rows(
                "SELECT evidence->>'n' AS n FROM automations WHERE org_id = '" + org + "'"))
        .extracting(r -> r.get("n"))
        .containsExactly("5");
  }

  /** A clinic's players were without a network for three days and send all of it now, twice. */
  @Test
  void aBaselineThatArrivesDaysLateCounts() throws Exception {
    stallMs = 100;
    for (int i = 0; i < 10; i++) {
      UUID id = UUID.randomUUID();
      long threeDaysAgo = NOW - (72 * 60 + i) * MINUTE;
      add(session(id, threeDaysAgo, 300L, 4), NOW);
      add(session(id, threeDaysAgo, 300L, 5), NOW);
    }
    stallMs = 500;
    for (int i = 0; i < 6; i++) {
      add(session(UUID.randomUUID(), NOW, 300L, 5), NOW);
    }
    run();

    assertThat(changes())
        .containsExactly("network_degradation opened", "network_degradation resolved");
    assertThat(baseline()).as("0.1 s of 10.1 s, each session once").isEqualTo("10 0.0099");
  }

  private String baseline() throws SQLException {
    return database
        .rows(
            "SELECT (evidence->>'baseline_sessions') || ' '"
                + " || round((evidence->>'baseline')::numeric, 4) AS baseline"
                + " FROM automations WHERE org_id = '%s'".formatted(org))
        .get(0)
        .get("baseline");
  }

  @Test
  void aSessionOlderThanTheBaselineChangesNothing() throws Exception {
    stallMs = 100;
    for (int i = 0; i < 10; i++) {
      add(session(UUID.randomUUID(), NOW - 8 * 24 * 60 * MINUTE, 300L, 5), NOW);
    }
    stallMs = 500;
    for (int i = 0; i < 6; i++) {
      add(session(UUID.randomUUID(), NOW, 300L, 5), NOW);
    }
    run();
    assertThat(changes()).isEmpty();
  }

  @Test
  void anAutomationOfAClinicThatFellSilentIsResolvedByAFreshJob() throws Exception {
    database.run(
        "INSERT INTO automations (automation_id, org_id, rule, subject, title, opened_at, evidence)"
            + " VALUES (gen_random_uuid(), '%s', 'content_quality', 'squat', 't', now() - interval '2 days', '{}')"
                .formatted(org));
    run();
    assertThat(changes()).containsExactly("content_quality opened", "content_quality resolved");
  }

  @Test
  void aClinicsOwnThresholdsCount() throws Exception {
    database.run(
        "INSERT INTO alert_thresholds (org_id, rule, enabled, threshold, min_sessions,"
            + " ttfb_limit_ms)"
            + " VALUES ('%s', 'cdn_issue', true, 0.2, 5, 10000)".formatted(org));
    slowSessions(6, NOW);
    run();
    assertThat(changes()).isEmpty();
  }

  private String row(UUID id, long ttfbMs, int errors) {
    return """
    INSERT INTO media_session_metrics (session_id, org_id, patient_id, media_id, started_at,
      last_event_at, status, started_playing, watched_duration_seconds, completion_percent,
      max_position_seconds, plays, pauses, seeks, milestone_percent, heartbeats,
      buffering_count, total_buffering_duration_ms, stall_count, stall_duration_ms,
      bitrate_switches, resolution_switches, dropped_frames, total_frames, error_count,
      error_types, fatal_error, events_seen, events_missing, counters_disagree,
      metrics_version, ttfb_ms)
    VALUES ('%s', '%s', gen_random_uuid(), 'squat', to_timestamp(%d), now(), 'playing', true,
      10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, %d, '{}', false, 1, 0, false, 1, %d)\
    """
        .formatted(id, org, (NOW - MINUTE) / 1000, errors, ttfbMs);
  }

  @Test
  void timesOfADemoAreShort() {
    AlertTimes times =
        AlertTimes.DEFAULT.recent(
            Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofSeconds(10));
    assertThat(times.nextJudgementMs(NOW)).isEqualTo(NOW + 2000);
  }
}
