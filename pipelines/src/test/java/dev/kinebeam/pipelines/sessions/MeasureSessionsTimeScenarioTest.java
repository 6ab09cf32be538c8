package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.MediaRecordCoder;
import dev.kinebeam.beam.UpsertRows;
import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.Reify;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What events do that are on time, early, late but still remembered, and too late for that; and
 * when each row is emitted, by its timestamp.
 */
class MeasureSessionsTimeScenarioTest {
  private static final SilenceTimeouts SILENCE =
      new SilenceTimeouts(Duration.ofSeconds(60), Duration.ofMinutes(30), Duration.ofHours(24));
  private static final double DAY = 86_400;
  private static final long TRIP_MS = 40;

  /** The rows of the current run, out of its runner's threads. */
  private static final Queue<TimestampedValue<MeasuredSession>> EMITTED =
      new ConcurrentLinkedQueue<>();

  private TestStream.Builder<MediaRecord> stream =
      TestStream.create(MediaRecordCoder.of()).advanceWatermarkTo(at(0));

  @Test
  void onTimeTheFinalRowIsEmittedAtOnce() {
    Played session = Played.session(1).start(0).play(1, 0).heartbeat(11, 10, 0, 0);
    arrive(session.end(20, 19, "abandoned", 16), 0, 4);
    MeasuredSession whole = session.measured();

    List<TimestampedValue<MeasuredSession>> emitted = emitted();

    assertThat(emitted).extracting(TimestampedValue::getValue).containsExactly(whole);
    // The moment of the closing event itself: no timer stood between.
    assertThat(emitted).extracting(TimestampedValue::getTimestamp).containsExactly(received(20));
  }

  /** A gateway whose clock is ahead: its session waits longer, and no other closes early. */
  @Test
  void earlyEventsKeepTheirSessionOpenAndCloseNoOther() {
    long ahead = Played.BEGIN_MS + 200_000;
    Played early = Played.session(2).play(0, 0);
    early.add(
        Played.BEGIN_MS + 10_000,
        Played.BEGIN_MS + 10_000,
        ahead,
        EventType.PLAY,
        new EventData.Play(9d, true));
    Played other = Played.session(3).play(10, 0);
    arrive(early, 0, 1);
    add(early.records().get(1), received(10));
    arrive(other, 0, 1);
    watermark(70);
    watermark(71);
    watermark(259);
    watermark(261);

    List<TimestampedValue<MeasuredSession>> emitted = emitted();

    assertThat(closings(emitted, other)).containsExactly(received(70));
    assertThat(closings(emitted, early)).containsExactly(Instant.ofEpochMilli(ahead + 60_000));
  }

  @Test
  void lateEventsOpenTheSessionAgainAndMakeItsRowWhole() {
    Played session =
        Played.session(4)
            .start(0)
            .play(1, 0)
            .heartbeat(11, 10, 0, 0)
            .stall(14, 13)
            .resume(15, 13, 1000)
            .heartbeat(25, 23, 1, 1000)
            .end(40, 35, "abandoned", 29);
    arrive(session, 0, 3);
    watermark(72);
    arrive(session, 3, 5);
    wallClock(11);
    watermark(80);
    arrive(session, 5, 7);
    MeasuredSession whole = session.measured();

    List<TimestampedValue<MeasuredSession>> emitted = emitted();

    assertThat(closings(emitted, session).get(0)).isEqualTo(received(71));
    assertThat(emitted.get(emitted.size() - 1).getValue()).isEqualTo(whole);
    assertThat(whole.metrics().trust().eventsSeen()).isEqualTo(7);
  }

  /** What comes when the session's state is cleared completes its row in the database. */
  @Test
  @Tag("servers")
  void beyondExpiryAFragmentCompletesTheRowAndLowersNothing() throws Exception {
    Played session =
        Played.session(5)
            .start(0)
            .play(1, 0)
            .stall(5, 4)
            .resume(7, 4, 2000)
            .heartbeat(17, 14, 1, 2000)
            .end(30, 26, "abandoned", 21.6);
    long aDayLater = Played.BEGIN_MS + Math.round(1.5 * DAY * 1000);
    session.add(
        Played.BEGIN_MS + 25_000,
        aDayLater,
        aDayLater + TRIP_MS,
        EventType.MILESTONE,
        new EventData.Milestone(25, 21.0, 25.0));
    session.add(
        Played.BEGIN_MS + 26_000,
        aDayLater,
        aDayLater + TRIP_MS,
        EventType.ERROR,
        new EventData.PlaybackError("MEDIA_ERR_DECODE", "a bad frame", 22.0, false, null));

    try (MetricsDatabase database = new MetricsDatabase()) {
      arrive(session, 0, 6);
      write(database);
      Map<String, String> before = onlyRow(database);
      database.empty();
      stream = TestStream.create(MediaRecordCoder.of()).advanceWatermarkTo(at(0));
      arrive(session, 0, 6);
      watermark(DAY + 31);
      arrive(session, 6, 8);
      write(database);

      Map<String, String> after = onlyRow(database);
      Set<String> changed = new TreeSet<>();
      for (Map.Entry<String, String> column : after.entrySet()) {
        if (!Objects.equals(column.getValue(), before.get(column.getKey()))) {
          changed.add(column.getKey());
        }
      }
      // The player numbered them after its end, so the last of them says where it was, and the end
      // does not end the session any more.
      assertThat(changed)
          .containsExactly(
              "ended_by",
              "error_count",
              "error_types",
              "final_position_seconds",
              "last_received_ms",
              "last_seq",
              "milestone_percent");
      assertThat(after)
          .containsEntry("final_position_seconds", "22")
          .containsEntry("milestone_percent", "25")
          .containsEntry("error_count", "1")
          .containsEntry("events_seen", "6")
          .containsEntry("stall_duration_ms", "2000")
          .containsEntry("ended_by", "timeout");
      assertThat(database.rows("SELECT duration_ms FROM media_waits"))
          .containsExactly(Map.of("duration_ms", "2000"));
    }
  }

  @Test
  void liveRowsComeAtMostEveryTenSeconds() {
    int seconds = 60;
    Played session = Played.session(6).play(0, 0);
    for (int i = 1; i < seconds; i++) {
      session.heartbeat(i, i, 0, 0);
    }
    for (int i = 0; i < seconds; i++) {
      arrive(session, i, i + 1);
      wallClock(1);
    }

    List<TimestampedValue<MeasuredSession>> emitted = emitted();

    // A timer fires once the clock has passed it; the last row is that of the closing.
    assertThat(events(emitted)).containsExactly(11, 22, 33, 44, 55, 60);
    assertThat(closings(emitted, session)).containsExactly(received(seconds - 1 + 60));
  }

  /** The moments are exact, whatever steps the watermark takes. */
  @Test
  void silenceIsAMinuteWhilePlayingAndHalfAnHourInAPause() {
    Played playing = Played.session(7).play(0, 0).heartbeat(10, 9, 0, 0).heartbeat(20, 19, 0, 0);
    Played paused = Played.session(8).play(0, 0).pause(5, 4);
    Played waiting = Played.session(9).start(3);
    arrive(paused, 0, 2);
    arrive(waiting, 0, 1);
    arrive(playing, 0, 3);
    watermark(1_000);
    watermark(4_000);

    List<TimestampedValue<MeasuredSession>> emitted = emitted();

    assertThat(closings(emitted, playing)).containsExactly(received(20 + 60));
    assertThat(closings(emitted, paused)).containsExactly(received(5 + 1_800));
    assertThat(closings(emitted, waiting)).containsExactly(received(3 + 1_800));
  }

  @Test
  void afterItsTimeNothingIsLeftOfASession() {
    Played first = Played.session(10).start(0).play(1, 0).end(20, 19, "abandoned", 16);
    double later = 3 * DAY;
    Played second =
        Played.session(10).start(later).play(later + 1, 0).heartbeat(later + 11, 9, 0, 0);
    arrive(first, 0, 3);
    wallClock(11);
    watermark(DAY + 21);
    wallClock(11);
    watermark(later);
    arrive(second, 0, 3);
    watermark(later + 100);
    watermark(later + 3 * DAY);
    wallClock(11);
    MeasuredSession one = first.measured();
    // The same ids of events again: had anything been left of them, they would be no news.
    MeasuredSession other = MeasuredSession.of(second.tally().closedByTimeout());

    List<TimestampedValue<MeasuredSession>> emitted = emitted();

    assertThat(emitted).extracting(TimestampedValue::getValue).containsExactly(one, other);
    assertThat(emitted)
        .extracting(TimestampedValue::getTimestamp)
        .containsExactly(received(20), received(later + 11 + 60));
  }

  private void arrive(Played session, int from, int to) {
    for (MediaRecord record : session.records().subList(from, to)) {
      add(record, Instant.ofEpochMilli(record.receivedAtMs()));
    }
  }

  private void add(MediaRecord record, Instant time) {
    stream = stream.addElements(TimestampedValue.of(record, time));
  }

  private void watermark(double seconds) {
    stream = stream.advanceWatermarkTo(at(seconds));
  }

  private void wallClock(long seconds) {
    stream = stream.advanceProcessingTime(org.joda.time.Duration.standardSeconds(seconds));
  }

  private static Instant at(double seconds) {
    return Instant.ofEpochMilli(Played.BEGIN_MS + Math.round(seconds * 1000));
  }

  /** When the gateway had what was sent then. */
  private static Instant received(double seconds) {
    return at(seconds).plus(org.joda.time.Duration.millis(TRIP_MS));
  }

  /** What is emitted, by how much of the session it knows, then by its timestamp. */
  private List<TimestampedValue<MeasuredSession>> emitted() {
    Pipeline pipeline = Pipeline.create();
    PCollection<TimestampedValue<MeasuredSession>> rows =
        measured(pipeline).apply("With moments", Reify.timestamps());
    PAssert.that(rows)
        .satisfies(
            found -> {
              EMITTED.clear();
              found.forEach(EMITTED::add);
              return null;
            });
    pipeline.run().waitUntilFinish();
    List<TimestampedValue<MeasuredSession>> sorted = new ArrayList<>(EMITTED);
    sorted.sort(
        Comparator.comparingInt(
                (TimestampedValue<MeasuredSession> row) ->
                    row.getValue().metrics().trust().eventsSeen())
            .thenComparing(TimestampedValue::getTimestamp));
    return sorted;
  }

  /** With the job's own writers. */
  private void write(MetricsDatabase database) {
    Pipeline pipeline = Pipeline.create();
    PCollection<MeasuredSession> measured = measured(pipeline);
    PAssert.that(
            measured
                .apply(
                    "Take metrics",
                    MapElements.into(TypeDescriptor.of(SessionMetrics.class))
                        .via(MeasuredSession::metrics))
                .setCoder(JsonCoder.of(SessionMetrics.class))
                .apply("Upsert sessions", UpsertRows.into(database.settings(), new SessionTable())))
        .empty();
    PAssert.that(
            measured
                .apply("Trace stalls", TraceStalls.ofSessions())
                .apply("Upsert stalls", UpsertRows.into(database.settings(), new WaitTable())))
        .empty();
    pipeline.run().waitUntilFinish();
  }

  private PCollection<MeasuredSession> measured(Pipeline pipeline) {
    return pipeline
        .apply("Events", stream.advanceWatermarkToInfinity())
        .apply("Measure sessions", MeasureSessions.closingAfter(SILENCE))
        .output();
  }

  private static Map<String, String> onlyRow(MetricsDatabase database) throws SQLException {
    List<Map<String, String>> rows = database.rows("SELECT * FROM media_session_metrics");
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static List<Integer> events(List<TimestampedValue<MeasuredSession>> emitted) {
    return emitted.stream().map(row -> row.getValue().metrics().trust().eventsSeen()).toList();
  }

  private static List<Instant> closings(
      List<TimestampedValue<MeasuredSession>> emitted, Played session) {
    return emitted.stream()
        .filter(row -> row.getValue().metrics().identity().sessionId().equals(session.sessionId()))
        .filter(row -> "timeout".equals(row.getValue().metrics().identity().endedBy()))
        .map(TimestampedValue::getTimestamp)
        .toList();
  }
}
