package dev.kinebeam.coreapi.automations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Counts;
import dev.kinebeam.schemas.alert.Thresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PastWeekTest {
  private static final Instant TO = Instant.parse("2026-11-30T12:00:00Z");
  private static final Instant FROM = TO.minus(Duration.ofDays(7));

  private final PastWeek week = new PastWeek(FROM, TO);

  private static Counts timed(int n, int slow) {
    return new Counts(n, 0, n, slow, n, 0, 0, n * 60_000L);
  }

  private static Counts stalled(int n, long stallMs) {
    return new Counts(n, 0, 0, 0, n, n, stallMs, n * 60_000L - stallMs);
  }

  private static Counts exercise(int n, int faulty) {
    return new Counts(n, faulty, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void aWeekWithoutSessionsRaisesNothing() {
    assertThat(week.raisedBy(Thresholds.DEFAULT)).isEmpty();
  }

  @Test
  void anEpisodeBeginsWithTheShareAndEndsWhenItHasFailedForTenMinutes() {
    Instant at = TO.minus(Duration.ofHours(30));
    week.slot(at, timed(10, 3));
    List<PastWeek.Raised> raised = week.raisedBy(Thresholds.DEFAULT);
    assertThat(raised)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.rule()).isEqualTo(AlertRule.CDN_ISSUE);
              assertThat(Instant.ofEpochMilli(one.openedAtMs())).isEqualTo(at.plus(PastWeek.SLOT));
              assertThat(one.clearedAtMs())
                  .as("an hour until the sessions have left the window, and ten minutes")
                  .isEqualTo(at.plus(Duration.ofMinutes(5 + 60 + 10)).toEpochMilli());
              assertThat(one.evidence().n()).isEqualTo(10);
              assertThat(one.evidence().affected()).isEqualTo(3);
            });
    assertThat(
            week.raisedBy(
                Thresholds.DEFAULT.withCdnIssue(new Thresholds.Limit(true, 0.3, 5), 3000)))
        .as("a share that equals the threshold does not exceed it")
        .isEmpty();
    assertThat(
            week.raisedBy(
                Thresholds.DEFAULT.withCdnIssue(new Thresholds.Limit(true, 0.2, 11), 3000)))
        .isEmpty();
    assertThat(
            week.raisedBy(
                Thresholds.DEFAULT.withCdnIssue(new Thresholds.Limit(false, 0.2, 5), 3000)))
        .isEmpty();
  }

  @Test
  void whatStillHoldsHasNotEnded() {
    week.slot(TO.minus(Duration.ofMinutes(5)), timed(10, 9));
    assertThat(week.raisedBy(Thresholds.DEFAULT))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.clearedAtMs()).isNull();
              assertThat(one.openedAtMs()).isLessThanOrEqualTo(TO.toEpochMilli());
            });
  }

  @Test
  void theNetworkIsComparedWithTheSevenDaysBefore() {
    Instant at = TO.minus(Duration.ofHours(50));
    week.slot(FROM.minus(Duration.ofDays(2)), stalled(100, 6_000));
    week.slot(at, stalled(10, 30_000));
    assertThat(week.raisedBy(Thresholds.DEFAULT))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.rule()).isEqualTo(AlertRule.NETWORK_DEGRADATION);
              assertThat(one.evidence().baselineSessions()).isEqualTo(100);
              assertThat(one.evidence().rebufferRatio()).isEqualTo(0.05);
            });
    assertThat(
            week.raisedBy(
                Thresholds.DEFAULT.withNetworkDegradation(new Thresholds.Limit(true, 60, 5), 0)))
        .isEmpty();
  }

  @Test
  void eachExerciseIsEvaluatedByItself() {
    Instant at = TO.minus(Duration.ofHours(60));
    week.exercise("good", at, exercise(50, 0));
    week.exercise("bad", at, exercise(10, 2));
    List<PastWeek.Raised> raised = week.raisedBy(Thresholds.DEFAULT);
    assertThat(raised)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.rule()).isEqualTo(AlertRule.CONTENT_QUALITY);
              assertThat(one.subject()).isEqualTo("bad");
              assertThat(one.clearedAtMs()).isNotNull();
            });
  }

  @Test
  void ofTheSameSubjectTheyMeetWhereTheyOverlap() {
    week.slot(TO.minus(Duration.ofHours(30)), timed(10, 3));
    PastWeek.Raised one = week.raisedBy(Thresholds.DEFAULT).get(0);
    assertThat(one.meets(one)).isTrue();
    assertThat(
            one.meets(
                new PastWeek.Raised(
                    AlertRule.CDN_ISSUE, "", TO.toEpochMilli(), null, one.evidence())))
        .isFalse();
  }
}
