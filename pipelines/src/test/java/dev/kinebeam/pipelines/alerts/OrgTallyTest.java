package dev.kinebeam.pipelines.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Counts;
import dev.kinebeam.schemas.alert.Episode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The property: the windows' sums are what counting all sessions again gives, at any time. */
class OrgTallyTest {
  private static final long HOUR = 3_600_000;
  private static final long BEGIN = 500_000 * HOUR;
  private static final AlertTimes TIMES = AlertTimes.DEFAULT;

  /** One thing that happens to an organisation. */
  private sealed interface Step {}

  private record Arrival(SessionIndicators indicators) implements Step {}

  private record Advance(long ms) implements Step {}

  private record Limit(long ttfbMs) implements Step {}

  /** The engine and, beside it, every sign that it should still know. */
  private static final class Clinic {
    private final Map<UUID, SessionIndicators> sessions = new HashMap<>();
    private long now = BEGIN;
    private OrgTally tally = OrgTally.empty(BEGIN, TIMES, 3000);

    void take(Step step) {
      if (step instanceof Arrival arrival) {
        SessionIndicators indicators = arrival.indicators;
        if (!tally.remembers(indicators.startedAtMs())) {
          return;
        }
        tally = tally.replace(remembered(indicators.sessionId()), indicators);
        sessions.put(indicators.sessionId(), indicators);
      } else if (step instanceof Advance advance) {
        now += advance.ms;
        tally = tally.at(now);
      } else if (step instanceof Limit limit) {
        tally =
            tally.withTtfbLimit(
                limit.ttfbMs,
                sessions.values().stream().filter(s -> tally.remembers(s.startedAtMs())).toList());
      }
    }

    private SessionIndicators remembered(UUID id) {
      SessionIndicators indicators = sessions.get(id);
      return indicators != null && tally.remembers(indicators.startedAtMs()) ? indicators : null;
    }

    Counts recount(long windowMs, long bucketMs, Predicate<SessionIndicators> which) {
      long from = (Math.floorDiv(now, bucketMs) + 1) * bucketMs - windowMs;
      Counts sum = Counts.NONE;
      for (SessionIndicators indicators : sessions.values()) {
        if (indicators.startedAtMs() >= from && which.test(indicators)) {
          sum = sum.plus(indicators.counts(tally.ttfbLimitMs()));
        }
      }
      return sum;
    }
  }

  @Property(tries = 400)
  void sumsAreARecount(@ForAll("steps") List<Step> steps) {
    Clinic clinic = new Clinic();
    for (Step step : steps) {
      clinic.take(step);
      OrgTally tally = clinic.tally;
      assertThat(tally.recent().total()).isEqualTo(clinic.recount(HOUR, HOUR / 60, s -> true));
      assertThat(tally.lastDay().total())
          .isEqualTo(clinic.recount(24 * HOUR, HOUR / 4, s -> true).withoutSlow());
      for (String media : List.of("a", "b")) {
        RollingCounts exercise = tally.exercises().get(media);
        assertThat(exercise == null ? Counts.NONE : exercise.total())
            .isEqualTo(
                clinic.recount(24 * HOUR, HOUR / 4, s -> media.equals(s.mediaId())).withoutSlow());
      }
    }
  }

  @Property(tries = 200)
  void theBaselineIsTheWeekWithoutTheLastHour(@ForAll("steps") List<Step> steps) {
    Clinic clinic = new Clinic();
    steps.forEach(clinic::take);
    Counts week = clinic.recount(7 * 24 * HOUR, HOUR, s -> true).withoutSlow();
    Counts hour = clinic.recount(HOUR, HOUR / 60, s -> true).withoutSlow();
    assertThat(clinic.tally.usual()).isEqualTo(week.minus(hour));
  }

  @Property(tries = 100)
  void stateSurvivesItsBytes(@ForAll("steps") List<Step> steps) throws IOException {
    Clinic clinic = new Clinic();
    steps.forEach(clinic::take);
    OrgAlerts state =
        new OrgAlerts(
            clinic.tally,
            Map.of(Subject.exercise("a"), new Episode(5, 7), CDN, Episode.openedAt(9)),
            clinic.tally.baseline().firstBucket());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    OrgAlertsCoder.INSTANCE.encode(state, bytes);
    assertThat(OrgAlertsCoder.INSTANCE.decode(new ByteArrayInputStream(bytes.toByteArray())))
        .isEqualTo(state);
  }

  @Property(tries = 200)
  void inputsSurviveTheirBytes(@ForAll("sessions") SessionIndicators indicators)
      throws IOException {
    for (OrgInput input : List.of(indicators, new OrgInput.Wake())) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      OrgInputCoder.INSTANCE.encode(input, bytes);
      assertThat(OrgInputCoder.INSTANCE.decode(new ByteArrayInputStream(bytes.toByteArray())))
          .isEqualTo(input);
    }
  }

  private static final Subject CDN = Subject.organisation(AlertRule.CDN_ISSUE);

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> step =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(6, sessions().map(Arrival::new)),
            net.jqwik.api.Tuple.of(2, Arbitraries.longs().between(0, 3 * HOUR).map(Advance::new)),
            net.jqwik.api.Tuple.of(1, Arbitraries.longs().between(0, 30 * HOUR).map(Advance::new)),
            net.jqwik.api.Tuple.of(1, Arbitraries.of(1000L, 3000L).map(Limit::new)));
    return step.list().ofMinSize(1).ofMaxSize(40);
  }

  /** Ten sessions that each always begin at the same time. */
  @Provide
  Arbitrary<SessionIndicators> sessions() {
    Arbitrary<Long> ttfb = Arbitraries.longs().between(0, 5000).injectNull(0.2);
    Arbitrary<String> media = Arbitraries.of("a", "b").injectNull(0.2);
    return Combinators.combine(
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(1, 100),
            media,
            ttfb,
            Arbitraries.of(true, false),
            Arbitraries.of(0L, 0L, 700L),
            Arbitraries.of(0L, 60_000L))
        .as(
            (n, seen, exercise, first, faulty, stall, watched) ->
                new SessionIndicators(
                    new UUID(7, n),
                    BEGIN + (n - 5L) * 20 * HOUR / 3,
                    seen,
                    exercise,
                    first,
                    faulty,
                    stall,
                    watched));
  }
}
