package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A patient's clock is set right, or wrong, while the session runs: rows of any part of it, merged
 * by PostgreSQL in any order, hold the times that the merge of all events has.
 */
@Tag("servers")
class CorrectedClockScenarioTest {
  private static final long MINUTE_MS = 60_000;
  private static final long DAY_MS = 1_440 * MINUTE_MS;
  private static final long[] JUMPS = {
    20_000, 9_000, 10 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS, 3 * DAY_MS, 39 * DAY_MS
  };

  /** Only a reader of all events knows these; {@link GoldenSessionsScenarioTest} says why. */
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

  /** A row does not say which event reported these: only halves in order agree on them. */
  private static final Set<String> OF_THE_LAST_EVENT_OF_ITS_KIND =
      Set.of(
          "final_position_seconds",
          "avg_bitrate",
          "connection_type",
          "effective_bandwidth",
          "rtt_ms",
          "device",
          "os",
          "browser",
          "app_version");

  private static MetricsDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    database.empty();
  }

  /** As the stream writes: live rows of one growing tally, some late, some twice. */
  @Test
  void rowsOfOneGrowingTallyLeaveTheWholeRow() throws SQLException {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<MediaRecord> arrivals = corrected(random);
      Collections.shuffle(arrivals, random);
      List<SessionTally> states = new ArrayList<>();
      for (int n = 1; n <= arrivals.size(); n += 1 + random.nextInt(6)) {
        states.add(Played.tallyOf(arrivals.subList(0, n)));
      }
      states.add(Played.tallyOf(arrivals));
      Collections.shuffle(states, random);
      Map<String, String> whole = rowOf(Played.tallyOf(arrivals));

      for (SessionTally state : states) {
        write(state);
      }

      assertThat(differing(whole)).as("seed %d", seed).isEmpty();
      database.empty();
    }
  }

  /** The state went in between: two rows that share no event, written in any order. */
  @Test
  void rowsOfTwoHalvesHoldTheTimesOfTheWhole() throws SQLException {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      List<MediaRecord> session = corrected(random);
      boolean inOrder = random.nextBoolean();
      List<MediaRecord> one = new ArrayList<>();
      List<MediaRecord> other = new ArrayList<>();
      int cut = 1 + random.nextInt(session.size() - 1);
      for (int i = 0; i < session.size(); i++) {
        boolean first = inOrder ? i < cut : random.nextBoolean();
        (first ? one : other).add(session.get(i));
      }
      List<SessionTally> rows = new ArrayList<>();
      for (List<MediaRecord> half : List.of(one, other)) {
        if (!half.isEmpty()) {
          rows.add(Played.over(Played.tallyOf(half)));
        }
      }
      Collections.shuffle(rows, random);
      SessionTally all = Played.over(Played.tallyOf(session));
      Map<String, String> whole = rowOf(all);

      for (SessionTally row : rows) {
        write(row);
      }

      Set<String> mayDiffer = new HashSet<>(OF_ALL_EVENTS);
      if (!inOrder || session.get(0).event().seq() == MediaEvent.NO_SEQ) {
        mayDiffer.addAll(OF_THE_LAST_EVENT_OF_ITS_KIND);
      }
      assertThat(mayDiffer)
          .as("seed %d, in order: %s", seed, inOrder)
          .containsAll(differing(whole));

      write(all);
      for (SessionTally row : rows) {
        write(row);
      }

      assertThat(differing(whole)).as("seed %d, made again", seed).isEmpty();
      database.empty();
    }
  }

  /**
   * Rows from before the parts of the clock were kept are uncorrected by the skew that they have.
   */
  @Test
  void aRowWithoutPartsIsTakenAtItsWord() throws SQLException {
    Played played = Played.session(7).clockBehindMs(-3 * DAY_MS).start(0).play(1, 0).pause(9, 8);
    write(Played.tallyOf(played.records().subList(0, 2)));
    forgetParts();

    write(played.tally());
    Map<String, String> merged = database.onlySession();
    database.empty();
    Map<String, String> whole = rowOf(played.tally());

    for (String column :
        List.of("started_at", "last_event_at", "clock_skew_ms", "final_position_seconds")) {
      assertThat(merged.get(column)).as(column).isEqualTo(whole.get(column));
    }
  }

  /** What a row without parts reports is kept whatever is merged into it, however often. */
  @Test
  void aFragmentLeavesTheTimesOfARowWithoutParts() throws SQLException {
    Played played =
        Played.session(8)
            .start(0)
            .play(1, 0)
            .heartbeat(11, 10, 0, 0)
            .heartbeat(21, 20, 0, 0)
            .end(30, 29, "abandoned", 29.0);
    write(played.tally());
    forgetParts();
    Map<String, String> before = database.onlySession();

    for (int time = 0; time < 2; time++) {
      write(Played.tallyOf(played.records().subList(2, 3)));
      for (String column :
          List.of(
              "started_at",
              "last_event_at",
              "ended_at",
              "ended_by",
              "final_position_seconds",
              "events_seen")) {
        assertThat(database.onlySession().get(column)).as(column).isEqualTo(before.get(column));
      }
    }
  }

  /** Once or twice the clock jumps; some times of sending are missing; some trips are long. */
  private static List<MediaRecord> corrected(Random random) {
    List<MediaRecord> session;
    do {
      session = distinct(SessionScripts.any(random));
    } while (session.size() < 2);
    List<MediaRecord> records = new ArrayList<>();
    long jump = 0;
    int next = random.nextInt(session.size());
    boolean givesSendingTime = random.nextInt(4) > 0;
    for (int i = 0; i < session.size(); i++) {
      if (i == next) {
        jump = JUMPS[random.nextInt(JUMPS.length)] * (random.nextBoolean() ? 1 : -1);
        givesSendingTime = random.nextInt(4) > 0;
        next += 1 + random.nextInt(20);
      }
      MediaRecord record = session.get(i);
      long trip = random.nextInt(5) == 0 ? random.nextInt(90_000) : 0;
      records.add(
          new MediaRecord(
              record.orgId(),
              record.patientId(),
              record.receivedAtMs() + trip,
              givesSendingTime ? record.sentAtMs() + jump : MediaRecord.UNKNOWN_TIME,
              record.client(),
              moved(record.event(), jump)));
    }
    return records;
  }

  /** Which of two starts, or of two contents of one id, came first, is not in a row. */
  private static List<MediaRecord> distinct(List<MediaRecord> session) {
    Set<UUID> ids = new HashSet<>();
    List<MediaRecord> distinct = new ArrayList<>();
    boolean started = false;
    for (MediaRecord record : session) {
      boolean start = record.event().type() == EventType.SESSION_START;
      if (ids.add(record.event().eventId()) && !(start && started)) {
        distinct.add(record);
        started |= start;
      }
    }
    return distinct;
  }

  private static MediaEvent moved(MediaEvent e, long jump) {
    return new MediaEvent(
        e.eventId(),
        e.type(),
        e.sessionId(),
        e.timestampMs() + jump,
        e.seq(),
        e.mediaId(),
        e.mediaType(),
        e.renderId(),
        e.data());
  }

  /** As if the row were from before the parts of the clock were kept. */
  private static void forgetParts() throws SQLException {
    database.run(
        """
        UPDATE media_session_metrics
           SET first_said_ms = NULL, last_said_ms = NULL, end_said_ms = NULL,
               first_heard_ms = NULL, last_heard_ms = NULL, last_received_ms = NULL,
               least_delay_ms = NULL, last_seq = NULL\
        """);
  }

  private static void write(SessionTally tally) throws SQLException {
    database.write(new SessionTable(), MeasuredSession.of(tally).metrics());
  }

  /** The row of these events; the table is empty before and afterwards. */
  private static Map<String, String> rowOf(SessionTally tally) throws SQLException {
    write(tally);
    Map<String, String> row = database.onlySession();
    database.empty();
    return row;
  }

  /** The columns in which the stored row is another one. */
  private static Set<String> differing(Map<String, String> expected) throws SQLException {
    Map<String, String> stored = database.onlySession();
    Set<String> names = new HashSet<>(expected.keySet());
    names.removeIf(column -> Objects.equals(expected.get(column), stored.get(column)));
    return names;
  }
}
