package dev.kinebeam.pipelines.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Episode;
import dev.kinebeam.schemas.alert.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AlertRulesTest {
  private static final UUID ORG = UUID.randomUUID();
  private static final long MINUTE = 60_000;
  private static final long NOW = 500_000 * 60 * MINUTE;
  private static final AlertTimes TIMES = AlertTimes.DEFAULT;

  private final AlertRules rules = new AlertRules(TIMES, Thresholds.DEFAULT);
  private final List<AlertChange> changes = new ArrayList<>();
  private OrgTally tally = OrgTally.empty(NOW, TIMES, 3000);
  private Map<Subject, Episode> episodes = Map.of();

  private void sessions(int n, long at, Long ttfbMs, boolean faulty, long stallMs) {
    for (int i = 0; i < n; i++) {
      tally =
          tally.replace(
              null,
              new SessionIndicators(
                  UUID.randomUUID(), at, 3, "squat", ttfbMs, faulty, stallMs, 100_000 - stallMs));
    }
  }

  private void judgeAt(long now) {
    judgeAt(now, rules);
  }

  private void judgeAt(long now, AlertRules by) {
    tally = tally.at(now);
    AlertRules.Outcome judgement = by.judge(ORG, tally, episodes, now);
    episodes = judgement.episodes();
    changes.addAll(judgement.changes());
  }

  @Test
  void aLateFirstByteForMoreThanAFifthIsACdnIssue() {
    sessions(8, NOW, 300L, false, 0);
    sessions(2, NOW, 3001L, false, 0);
    judgeAt(NOW);
    assertThat(changes).as("a fifth is not more than a fifth").isEmpty();

    sessions(1, NOW, 3001L, false, 0);
    sessions(5, NOW, null, false, 0);
    judgeAt(NOW + MINUTE);
    assertThat(changes)
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.kind()).isEqualTo(AlertChange.Kind.OPENED);
              assertThat(change.rule()).isEqualTo(AlertRule.CDN_ISSUE);
              assertThat(change.evidence().n()).as("unknown times are left out").isEqualTo(11);
              assertThat(change.evidence().affected()).isEqualTo(3);
              assertThat(change.evidence().share()).isCloseTo(3 / 11d, within(1e-12));
              assertThat(change.evidence().lowerBound()).isCloseTo(0.0974606, within(1e-6));
              assertThat(change.evidence().threshold()).isEqualTo(0.2);
            });
  }

  @Test
  void fourSessionsAreTooFewToSpeakOf() {
    sessions(4, NOW, 9000L, true, 50_000);
    judgeAt(NOW);
    assertThat(changes).isEmpty();
  }

  @Test
  void anExerciseThatFailsIsNamed() {
    sessions(9, NOW - 20 * 60 * MINUTE, 300L, false, 0);
    sessions(2, NOW, 300L, true, 0);
    judgeAt(NOW);
    assertThat(changes)
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.rule()).isEqualTo(AlertRule.CONTENT_QUALITY);
              assertThat(change.subject()).isEqualTo("squat");
            });
  }

  @Test
  void theNetworkIsComparedWithItsUsualState() {
    sessions(20, NOW - 48 * 60 * MINUTE / 10, 300L, false, 1_000);
    sessions(6, NOW, 300L, false, 2_999);
    judgeAt(NOW);
    assertThat(changes).isEmpty();
    sessions(6, NOW, 300L, false, 3_100);
    judgeAt(NOW);
    assertThat(changes)
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.rule()).isEqualTo(AlertRule.NETWORK_DEGRADATION);
              assertThat(change.evidence().baseline()).isCloseTo(0.01, within(1e-12));
              assertThat(change.evidence().baselineSessions()).isEqualTo(20);
              assertThat(change.evidence().rebufferRatio()).isGreaterThan(0.03);
            });
  }

  @Test
  void threeTimesAlmostNothingIsStillAlmostNothing() {
    sessions(20, NOW - 5 * 60 * MINUTE, 300L, false, 0);
    sessions(10, NOW, 300L, false, 499);
    judgeAt(NOW);
    assertThat(changes).isEmpty();
    sessions(10, NOW, 300L, false, 600);
    judgeAt(NOW);
    assertThat(changes).hasSize(1);
  }

  @Test
  void aClinicWithoutAPastHasNoUsualState() {
    sessions(30, NOW, 300L, false, 50_000);
    judgeAt(NOW);
    assertThat(changes).isEmpty();
  }

  @Test
  void aFlappingConditionIsReportedOnceAndEndsAfterTenCalmMinutes() {
    sessions(7, NOW, 300L, false, 0);
    sessions(3, NOW, 9000L, false, 0);
    judgeAt(NOW);
    sessions(6, NOW, 300L, false, 0);
    judgeAt(NOW + MINUTE);
    sessions(3, NOW, 9000L, false, 0);
    judgeAt(NOW + 2 * MINUTE);
    assertThat(changes).as("under the threshold and over it again").hasSize(1);

    sessions(40, NOW, 300L, false, 0);
    for (int minute = 3; minute < 13; minute++) {
      judgeAt(NOW + minute * MINUTE);
    }
    assertThat(changes).as("ten minutes are not over").hasSize(1);
    judgeAt(NOW + 13 * MINUTE);
    assertThat(changes)
        .extracting(AlertChange::kind)
        .containsExactly(AlertChange.Kind.OPENED, AlertChange.Kind.CLEARED);
    assertThat(episodes).isEmpty();
  }

  @Test
  void aRelapseBeginsTheTenMinutesAgain() {
    sessions(7, NOW, 300L, false, 0);
    sessions(3, NOW, 9000L, false, 0);
    judgeAt(NOW);
    sessions(40, NOW, 300L, false, 0);
    judgeAt(NOW + MINUTE);
    sessions(10, NOW + MINUTE, 9000L, false, 0);
    judgeAt(NOW + 9 * MINUTE);
    sessions(100, NOW, 300L, false, 0);
    judgeAt(NOW + 12 * MINUTE);
    judgeAt(NOW + 21 * MINUTE);
    assertThat(changes).hasSize(1);
    judgeAt(NOW + 22 * MINUTE);
    assertThat(changes).hasSize(2);
  }

  @Test
  void withoutSessionsItEndsToo() {
    sessions(5, NOW, 9000L, false, 0);
    for (long now = NOW; now <= NOW + 80 * MINUTE; now += MINUTE) {
      judgeAt(now);
    }
    assertThat(changes).hasSize(2);
    AlertChange cleared = changes.get(1);
    assertThat(Duration.ofMillis(cleared.atMs() - NOW)).isEqualTo(Duration.ofMinutes(70));
    assertThat(cleared.evidence().n()).isZero();
    assertThat(cleared.evidence().share()).isNull();
  }

  @Test
  void aRuleThatIsSwitchedOffFallsSilent() {
    sessions(5, NOW, 9000L, false, 0);
    judgeAt(NOW);
    Thresholds off = Thresholds.DEFAULT.withCdnIssue(new Thresholds.Limit(false, 0.2, 5), 3000);
    judgeAt(NOW + MINUTE, new AlertRules(TIMES, off));
    judgeAt(NOW + 11 * MINUTE, new AlertRules(TIMES, off));
    assertThat(changes).hasSize(2);
  }

  @Test
  void windowsMustGrow() {
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> TIMES.exercise(Duration.ofMinutes(30)))
        .withMessageContaining("PT1H");
  }
}
