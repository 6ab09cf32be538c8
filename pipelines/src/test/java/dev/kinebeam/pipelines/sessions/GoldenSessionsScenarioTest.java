package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.beam.MediaRecordCoder;
import dev.kinebeam.pipelines.sessions.GoldenSessions.Golden;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Awkward sessions and their exact rows: by the merge function alone, by the pipeline, by the
 * database.
 */
@Tag("servers")
class GoldenSessionsScenarioTest {
  private static final List<Golden> GOLDEN = GoldenSessions.read();

  /** How far a partition's records may be out of order; the watermark stays this far behind. */
  private static final Duration DISORDER = Duration.standardSeconds(2);

  /**
   * What only a reader of all events of a session knows: how many different ones of a kind there
   * were, what was a stall and what was not, and whether the player's totals are right. Two rows of
   * different events can be merged to the greater of these, not to the truth.
   */
  private static final Set<String> OF_ALL_EVENTS =
      Set.of(
          "plays",
          "pauses",
          "seeks",
          "heartbeats",
          "stall_count",
          "stall_duration_ms",
          "error_count",
          "bitrate_switches",
          "resolution_switches",
          "started_playing",
          "watched_duration_seconds",
          "status",
          "events_seen",
          "events_missing",
          "events_corrected",
          "counters_disagree");

  /** Those of them that must not go down all the same. */
  private static final Set<String> NEVER_LOWER =
      Set.of(
          "plays",
          "pauses",
          "seeks",
          "heartbeats",
          "stall_count",
          "stall_duration_ms",
          "error_count",
          "events_seen");

  /**
   * And of a stall: why it waited, and an end that came with another half. A stall that only the
   * second half has knows what played from that half alone.
   */
  private static final Set<String> OF_ALL_EVENTS_OF_A_STALL =
      Set.of(
          "cause",
          "ended_at",
          "ended_by",
          "duration_ms",
          "bitrate_after",
          "resolution_after",
          "recovered",
          "events_seen",
          "media_id",
          "render_id");

  /**
   * Two rows do not say which event reported the network, only which of them knows of the later
   * event; so a first event that comes again in the second half may have the last word on it.
   */
  private static final Set<String> OF_THE_LAST_EVENT_OF_ITS_KIND =
      Set.of("connection_type", "effective_bandwidth", "rtt_ms");

  private static MetricsDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @Test
  void theParserRefusesWhatItMustAndNothingElse() {
    assertThat(GOLDEN).hasSizeGreaterThanOrEqualTo(12);
    for (Golden golden : GOLDEN) {
      assertThat(golden.refused()).as(golden.name()).isEqualTo(golden.mustBeRefused());
    }
  }

  @Test
  void theMergeGivesTheRowsInAnyOrderAndWithDuplicates() {
    for (Golden golden : GOLDEN) {
      assertThat(MeasuredSession.of(Played.over(Played.tallyOf(golden.records()))))
          .as(golden.name())
          .isEqualTo(golden.row());
      for (int seed = 0; seed < 40; seed++) {
        Random random = new Random(seed);
        List<MediaRecord> arrivals = new ArrayList<>(golden.records());
        for (int i = random.nextInt(8); i > 0; i--) {
          arrivals.add(arrivals.get(random.nextInt(arrivals.size())));
        }
        Collections.shuffle(arrivals, random);
        assertThat(MeasuredSession.of(Played.over(Played.tallyOf(arrivals))))
            .as("%s, in the order of seed %d", golden.name(), seed)
            .isEqualTo(golden.row());
      }
    }
  }

  @Test
  void thePipelineEmitsTheRows() {
    Pipeline pipeline = Pipeline.create();
    var measured =
        pipeline
            .apply("Events", asReceived())
            .apply("Measure sessions", MeasureSessions.closingAfter(SilenceTimeouts.DEFAULT));
    PAssert.that(measured.output())
        .satisfies(
            rows -> {
              assertEmitted(rows);
              return null;
            });
    PAssert.that(measured.failures())
        .satisfies(
            deadLetters -> {
              assertRefused(deadLetters);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  /** All sessions at once, each record when the gateway received it. */
  private static TestStream<MediaRecord> asReceived() {
    List<MediaRecord> records = new ArrayList<>();
    GOLDEN.forEach(golden -> records.addAll(golden.records()));
    records.sort(Comparator.comparingLong(MediaRecord::receivedAtMs));
    TestStream.Builder<MediaRecord> stream = TestStream.create(MediaRecordCoder.of());
    Instant watermark = Instant.EPOCH;
    for (MediaRecord record : records) {
      Instant time = Instant.ofEpochMilli(record.receivedAtMs());
      if (time.minus(DISORDER).isAfter(watermark)) {
        watermark = time.minus(DISORDER);
        stream = stream.advanceWatermarkTo(watermark);
      }
      stream = stream.addElements(TimestampedValue.of(record, time));
    }
    return stream.advanceProcessingTime(Duration.standardSeconds(11)).advanceWatermarkToInfinity();
  }

  private static void assertEmitted(Iterable<MeasuredSession> rows) {
    Map<UUID, List<MeasuredSession>> bySession = new HashMap<>();
    for (MeasuredSession row : rows) {
      UUID session = row.metrics().identity().sessionId();
      bySession.computeIfAbsent(session, id -> new ArrayList<>()).add(row);
    }
    assertThat(bySession).hasSameSizeAs(GOLDEN);
    for (Golden golden : GOLDEN) {
      List<MeasuredSession> emitted = bySession.get(golden.sessionId());
      int events = golden.row().metrics().trust().eventsSeen();
      assertThat(emitted).as(golden.name()).contains(golden.row());
      assertThat(emitted)
          .as("%s: no row knows more", golden.name())
          .allSatisfy(
              row -> assertThat(row.metrics().trust().eventsSeen()).isLessThanOrEqualTo(events));
      assertThat(emitted.stream().filter(row -> eventsOfEnded(row) == events))
          .as("%s: rows that are final", golden.name())
          .isNotEmpty()
          .allSatisfy(row -> assertThat(heardUntil(golden, row)).isEqualTo(golden.row()));
      assertThat(
              emitted.stream()
                  .filter(row -> "timeout".equals(row.metrics().identity().endedBy()))
                  .map(row -> row.metrics().trust().eventsSeen()))
          .as("%s: closed for silence", golden.name())
          .containsExactlyInAnyOrderElementsOf(golden.silences());
    }
  }

  /**
   * The row as it is once all duplicates have come: they bring nothing but a later receipt, so a
   * row that was emitted before them may have an earlier one.
   */
  private static MeasuredSession heardUntil(Golden golden, MeasuredSession row) {
    SessionMetrics m = row.metrics();
    SessionMetrics.Clock c = m.clock();
    long last = golden.row().metrics().clock().lastReceivedMs();
    assertThat(c.lastReceivedMs()).as(golden.name()).isLessThanOrEqualTo(last);
    SessionMetrics.Clock heard =
        new SessionMetrics.Clock(
            c.firstSaidMs(),
            c.lastSaidMs(),
            c.endSaidMs(),
            c.firstHeardMs(),
            c.lastHeardMs(),
            last,
            c.leastDelayMs(),
            c.lastSeq(),
            c.endSeq(),
            c.startSaidMs(),
            c.startSeq(),
            c.mediaSaidMs(),
            c.mediaSeq());
    return new MeasuredSession(
        new SessionMetrics(
            m.identity(),
            m.startUp(),
            m.playback(),
            m.smoothness(),
            m.network(),
            m.device(),
            m.faults(),
            m.trust(),
            m.completion(),
            heard),
        row.waits(),
        row.errors());
  }

  private static int eventsOfEnded(MeasuredSession row) {
    boolean ended = row.metrics().identity().endedBy() != null;
    return ended ? row.metrics().trust().eventsSeen() : -1;
  }

  private static void assertRefused(Iterable<DeadLetter> deadLetters) {
    Map<UUID, Integer> events = new HashMap<>();
    for (DeadLetter deadLetter : deadLetters) {
      TakeOver refused = TakeOver.of(deadLetter).orElseThrow();
      events.merge(refused.sessionId(), refused.events(), Integer::sum);
    }
    Map<UUID, Integer> expected = new HashMap<>();
    for (Golden golden : GOLDEN) {
      if (golden.foreignEvents() > 0) {
        expected.put(golden.sessionId(), golden.foreignEvents());
      }
    }
    assertThat(events).isEqualTo(expected);
  }

  /**
   * The session's state went between the two halves, so neither tally has seen what the other has.
   * Then a replay knows it all, and then the halves come again.
   */
  @Test
  void theDatabaseMakesOneRowOfTwoHalves() throws SQLException {
    for (Golden golden : GOLDEN) {
      List<MediaRecord> records = golden.records();
      int half = records.size() / 2;
      SessionTally first = Played.over(Played.tallyOf(records.subList(0, half)));
      SessionTally second = Played.over(Played.tallyOf(records.subList(half, records.size())));
      database.empty();

      write(first);
      Map<String, JsonNode> before = session();
      write(second);

      Set<String> mayDiffer = new TreeSet<>(OF_ALL_EVENTS);
      if (share(records.subList(0, half), records.subList(half, records.size()))) {
        mayDiffer.addAll(OF_THE_LAST_EVENT_OF_ITS_KIND);
      }
      assertThat(mayDiffer).as(golden.name()).containsAll(differing(golden));
      assertThat(OF_ALL_EVENTS_OF_A_STALL)
          .as("stalls of %s", golden.name())
          .containsAll(differingOfStalls(golden));
      Map<String, JsonNode> after = session();
      for (String column : NEVER_LOWER) {
        assertThat(after.get(column).longValue())
            .as("%s of %s", column, golden.name())
            .isGreaterThanOrEqualTo(before.get(column).longValue());
      }

      write(Played.over(Played.tallyOf(records)));
      write(second);
      write(first);

      assertThat(differing(golden)).as("%s, made again", golden.name()).isEmpty();
      assertThat(differingOfStalls(golden)).as("stalls of %s", golden.name()).isEmpty();
    }
  }

  private static boolean share(List<MediaRecord> a, List<MediaRecord> b) {
    return a.stream()
        .anyMatch(
            one ->
                b.stream()
                    .anyMatch(other -> other.event().eventId().equals(one.event().eventId())));
  }

  private static void write(SessionTally tally) throws SQLException {
    MeasuredSession measured = MeasuredSession.of(tally);
    database.write(new SessionTable(), measured.metrics());
    for (Stall stall : measured.waits()) {
      database.write(new WaitTable(), stall);
    }
  }

  private static Map<String, JsonNode> session() throws SQLException {
    List<Map<String, JsonNode>> rows = GoldenColumns.stored(database, "media_session_metrics");
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static Set<String> differing(Golden golden) throws SQLException {
    return GoldenColumns.differing(
        GoldenColumns.ofSession(golden.rowJson().get("metrics")), session());
  }

  private static Set<String> differingOfStalls(Golden golden) throws SQLException {
    Map<JsonNode, Map<String, JsonNode>> stored = new HashMap<>();
    for (Map<String, JsonNode> row : GoldenColumns.stored(database, "media_waits")) {
      stored.put(row.get("stall_id"), row);
    }
    JsonNode stalls = golden.rowJson().get("waits");
    assertThat(stored).as("stalls of %s", golden.name()).hasSize(stalls.size());
    Set<String> differing = new TreeSet<>();
    for (JsonNode stall : stalls) {
      Map<String, JsonNode> row = stored.getOrDefault(stall.get("stall_id"), Map.of());
      differing.addAll(GoldenColumns.differing(GoldenColumns.ofStall(stall), row));
    }
    return differing;
  }
}
