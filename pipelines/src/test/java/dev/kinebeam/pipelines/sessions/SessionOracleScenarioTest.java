package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.pipelines.sessions.SimulatedViewing.Report;
import dev.kinebeam.pipelines.sessions.SimulatedViewing.Way;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand viewings of a {@link SimulatedViewing}, which knows its stalls, through the tally,
 * in random orders and with duplicates; whole, and with events lost.
 */
class SessionOracleScenarioTest {
  private static final int SESSIONS = 10_000;
  private static final int ORDERS = 3;
  private static final long TOLERANCE_MS = 100;
  private static final double LOSS = 0.3;
  private static final long HEARTBEAT_MS = 10_000;

  /** What ends a wait wherever the playhead is. */
  private static final Set<EventType> ENDERS =
      EnumSet.of(
          EventType.BUFFERING_END,
          EventType.PAUSE,
          EventType.SEEK,
          EventType.SESSION_START,
          EventType.SESSION_END);

  @Test
  void wholeSessionsGiveEveryStallInAnyOrder() {
    for (long seed = 0; seed < SESSIONS; seed++) {
      SimulatedViewing viewing = SimulatedViewing.of(seed);
      Random random = new Random(~seed);
      Way way = Way.of(seed, random);
      List<MediaRecord> records = records(viewing, way, Set.of(), random);
      MeasuredSession first = measured(records, random);

      List<Stall> found = stalls(first);
      List<SimulatedViewing.Stall> true_ = viewing.stalls();
      assertThat(found).as("stalls of seed %d", seed).hasSameSizeAs(true_);
      for (int i = 0; i < true_.size(); i++) {
        assertThat((double) found.get(i).durationMs())
            .as("stall %d of seed %d", i, seed)
            .isBetween(
                (double) true_.get(i).endMs() - true_.get(i).startMs() - TOLERANCE_MS,
                (double) true_.get(i).endMs() - true_.get(i).startMs() + TOLERANCE_MS);
      }
      assertThat(first.metrics().smoothness().stallCount()).isEqualTo(true_.size());
      long delay = way.clockErrorMs() == 0 ? 0 : way.delayMs();
      assertThat(first.metrics().identity().startedAtMs())
          .as("start of seed %d", seed)
          .isEqualTo(Played.BEGIN_MS + viewing.reports().get(0).atMs() + delay);
      for (int order = 1; order < ORDERS; order++) {
        assertThat(measured(records, random)).as("seed %d, order %d", seed, order).isEqualTo(first);
      }
    }
  }

  @Test
  void withEndsLostEveryStallIsCountedAndNoneIsTooLong() {
    for (long seed = 0; seed < SESSIONS; seed++) {
      SimulatedViewing viewing = SimulatedViewing.of(seed);
      Random random = new Random(~seed);
      Way way = Way.of(seed, random);
      boolean[] lost = lost(viewing, Set.of(EventType.BUFFERING_END), random);
      List<Stall> found = stalls(measured(records(viewing, way, lost), random));

      List<SimulatedViewing.Stall> true_ = viewing.stalls();
      assertThat(found).as("stalls of seed %d", seed).hasSameSizeAs(true_);
      for (int i = 0; i < true_.size(); i++) {
        assertThat(found.get(i).durationMs())
            .as("stall %d of seed %d", i, seed)
            .isLessThanOrEqualTo(shownLength(viewing, lost, true_.get(i)) + TOLERANCE_MS);
      }
    }
  }

  @Test
  void withStartsOrSeeksLostThereAreNeverMoreStalls() {
    for (long seed = 0; seed < SESSIONS; seed++) {
      SimulatedViewing viewing = SimulatedViewing.of(seed);
      Random random = new Random(~seed);
      Way way = Way.of(seed, random);
      for (EventType type : List.of(EventType.BUFFERING_START, EventType.SEEK)) {
        boolean[] lost = lost(viewing, Set.of(type), random);
        assertThat(stalls(measured(records(viewing, way, lost), random)).size())
            .as("stalls of seed %d without some %s", seed, type)
            .isLessThanOrEqualTo(viewing.stalls().size());
      }
    }
  }

  /** Until the next report that arrived and shows that the wait is over. */
  private static long shownLength(
      SimulatedViewing viewing, boolean[] lost, SimulatedViewing.Stall stall) {
    for (int i = 0; i < lost.length; i++) {
      Report report = viewing.reports().get(i);
      boolean after = report.atMs() >= stall.endMs() && !lost[i];
      if (after && (ENDERS.contains(report.type()) || isElsewhere(report, stall))) {
        return report.atMs() - stall.startMs();
      }
    }
    return Long.MAX_VALUE - TOLERANCE_MS;
  }

  private static boolean isElsewhere(Report report, SimulatedViewing.Stall stall) {
    return report.positionSeconds() != null
        && Math.abs(report.positionSeconds() - stall.positionSeconds()) > 0.251;
  }

  private static List<Stall> stalls(MeasuredSession session) {
    return session.waits().stream().filter(Stall::isStall).toList();
  }

  private static boolean[] lost(SimulatedViewing viewing, Set<EventType> types, Random random) {
    boolean[] lost = new boolean[viewing.reports().size()];
    for (int i = 0; i < lost.length; i++) {
      lost[i] =
          types.contains(viewing.reports().get(i).type())
              && (types.contains(EventType.BUFFERING_END) || showsWithout(viewing, i))
              && random.nextDouble() < LOSS;
    }
    return lost;
  }

  /**
   * A lost seek shows by the playhead's jump, if the playhead was read less than a heartbeat before
   * it. A player that resumes without saying so and jumps at once may have played there.
   */
  private static boolean showsWithout(SimulatedViewing viewing, int i) {
    Report report = viewing.reports().get(i);
    if (report.type() != EventType.SEEK) {
      return true;
    }
    int before = i - 1;
    while (viewing.reports().get(before).type() == EventType.BUFFERING_START) {
      before--;
    }
    return report.atMs() - viewing.reports().get(before).atMs() <= HEARTBEAT_MS;
  }

  private static List<MediaRecord> records(
      SimulatedViewing viewing, Way way, Set<EventType> types, Random random) {
    return records(viewing, way, lost(viewing, types, random));
  }

  private static List<MediaRecord> records(SimulatedViewing viewing, Way way, boolean[] lost) {
    List<MediaRecord> records = new ArrayList<>();
    for (int i = 0; i < lost.length; i++) {
      if (!lost[i]) {
        records.add(way.record(viewing, i));
      }
    }
    return records;
  }

  /** Shuffled, with duplicates, and closed for silence if the player did not close it. */
  private static MeasuredSession measured(List<MediaRecord> records, Random random) {
    List<MediaRecord> arrivals = new ArrayList<>(records);
    for (int i = random.nextInt(6); i > 0; i--) {
      arrivals.add(records.get(random.nextInt(records.size())));
    }
    Collections.shuffle(arrivals, random);
    return MeasuredSession.of(Played.over(Played.tallyOf(arrivals)));
  }
}
