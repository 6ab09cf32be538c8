package dev.kinebeam.pipelines.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Episode;
import dev.kinebeam.schemas.alert.Evidence;
import dev.kinebeam.schemas.alert.Thresholds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A run that judges and writes to a real database, and one that takes its place from an older
 * checkpoint: the state is a value, so the checkpoint is a variable.
 */
@Tag("servers")
class RecordedEpisodesTest {
  private static final long MINUTE = 60_000;
  private static final long NOW = 500_000 * 60 * MINUTE;
  private static final AlertTimes TIMES = AlertTimes.DEFAULT;
  private static final Subject CDN = Subject.organisation(AlertRule.CDN_ISSUE);
  private static MetricsDatabase database;

  private final UUID org = UUID.randomUUID();
  private final AlertRules rules = new AlertRules(TIMES, Thresholds.DEFAULT);
  private final AutomationTable table = new AutomationTable();

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  /** One run of the job: its instance, and its state of the organisation. */
  private final class Run {
    private final RecordedEpisodes changes =
        new RecordedEpisodes(
            new AlertHistory(database.settings(), Duration.ofSeconds(30)), NOW + 60 * MINUTE);
    private Map<Subject, Episode> episodes;

    private Run(Map<Subject, Episode> restored) {
      this.episodes = restored;
    }

    private List<AlertChange> judge(long minute, boolean bad) throws Exception {
      long at = NOW + minute * MINUTE;
      List<AlertHistory.Recorded> ahead = changes.of(org, episodes, at);
      AlertRules.Outcome judgement =
          rules.judge(org, tally(at, bad), RecordedEpisodes.before(episodes, ahead, at), at);
      episodes = RecordedEpisodes.after(judgement.episodes(), ahead, at);
      return judgement.changes();
    }

    private void judgeAndWrite(long minute, boolean bad) throws Exception {
      write(judge(minute, bad));
    }

    private void judgeAndWrite(long from, long to, boolean bad) throws Exception {
      for (long minute = from; minute <= to; minute++) {
        judgeAndWrite(minute, bad);
      }
    }
  }

  private static OrgTally tally(long at, boolean bad) {
    OrgTally tally = OrgTally.empty(at, TIMES, 3000);
    for (int i = 0; i < 6; i++) {
      SessionIndicators indicators =
          new SessionIndicators(
              UUID.randomUUID(), at, 3, "squat", bad ? 9000L : 10L, false, 0, 1000);
      tally = tally.replace(null, indicators);
    }
    return tally;
  }

  private void write(List<AlertChange> changes) throws Exception {
    try (DatabaseSession session = database.settings().session()) {
      MetricsDatabase.write(session, table, changes);
    }
  }

  private List<String> changes() throws Exception {
    return database
        .rows(
            "SELECT payload->>'change' AS change FROM automation_changes WHERE org_id = '"
                + org
                + "' ORDER BY change_id")
        .stream()
        .map(row -> row.get("change"))
        .toList();
  }

  private List<String> minutesOpened() throws Exception {
    return database
        .rows(
            "SELECT ((extract(epoch FROM opened_at) * 1000 - %d) / 60000)::int AS minute FROM automations WHERE org_id = '%s' ORDER BY opened_at"
                .formatted(NOW, org))
        .stream()
        .map(row -> row.get("minute"))
        .toList();
  }

  @Test
  void whatWasOpenedAfterTheCheckpointIsResolvedThoughTheReplayDoesNotFindIt() throws Exception {
    Run before = new Run(Map.of());
    before.judgeAndWrite(0, 2, false);
    Map<Subject, Episode> checkpoint = before.episodes;
    before.judgeAndWrite(3, 6, false);
    before.judgeAndWrite(7, true);
    assertThat(changes()).containsExactly("opened");

    Run after = new Run(checkpoint);
    after.judgeAndWrite(3, 16, false);
    assertThat(changes()).as("it began at 7, and is calm for less than ten minutes").hasSize(1);
    after.judgeAndWrite(17, false);
    assertThat(changes()).containsExactly("opened", "resolved");
    after.judgeAndWrite(18, true);
    assertThat(changes()).containsExactly("opened", "resolved", "opened");
  }

  @Test
  void aReplayThatFindsItAtAnotherMomentOpensNoSecondOne() throws Exception {
    Run before = new Run(Map.of());
    before.judgeAndWrite(0, false);
    Map<Subject, Episode> checkpoint = before.episodes;
    before.judgeAndWrite(1, 4, false);
    before.judgeAndWrite(5, true);

    Run after = new Run(checkpoint);
    after.judgeAndWrite(1, 8, true);
    after.judgeAndWrite(9, 19, false);
    assertThat(changes()).containsExactly("opened", "resolved");
    assertThat(minutesOpened()).containsExactly("5");
  }

  /** The restored run has said it already; only the writer has not come to it. */
  @Test
  void anEndingOnItsWayIsNotAnEpisode() throws Exception {
    Run before = new Run(Map.of());
    before.judgeAndWrite(0, true);
    before.judgeAndWrite(1, 10, false);
    List<AlertChange> onItsWay = before.judge(11, false);
    assertThat(onItsWay).hasSize(1);

    Run after = new Run(before.episodes);
    assertThat(after.judge(12, false)).isEmpty();
    assertThat(after.episodes).isEmpty();
    write(onItsWay);
    after.judgeAndWrite(13, true);
    assertThat(changes()).containsExactly("opened", "resolved", "opened");
  }

  @Test
  void whatEndedAfterTheCheckpointHidesNoNewOne() throws Exception {
    Run before = new Run(Map.of());
    before.judgeAndWrite(0, true);
    Map<Subject, Episode> checkpoint = before.episodes;
    before.judgeAndWrite(1, 11, false);
    assertThat(changes()).containsExactly("opened", "resolved");

    // The replay sees signs that the run before had not: it never finds ten calm minutes.
    Run after = new Run(checkpoint);
    after.judgeAndWrite(1, 11, true);
    assertThat(changes()).containsExactly("opened", "resolved");
    after.judgeAndWrite(12, true);
    assertThat(changes()).containsExactly("opened", "resolved", "opened");
    assertThat(minutesOpened()).containsExactly("0", "12");
  }

  @Test
  void whatFollowedAnEndedOneIsResolvedToo() throws Exception {
    Run before = new Run(Map.of());
    before.judgeAndWrite(0, true);
    Map<Subject, Episode> checkpoint = before.episodes;
    before.judgeAndWrite(1, 11, false);
    before.judgeAndWrite(12, 13, true);
    assertThat(changes()).containsExactly("opened", "resolved", "opened");

    Run after = new Run(checkpoint);
    after.judgeAndWrite(1, 21, false);
    assertThat(changes()).hasSize(3);
    after.judgeAndWrite(22, false);
    assertThat(changes()).containsExactly("opened", "resolved", "opened", "resolved");
    assertThat(after.episodes).doesNotContainKey(CDN);
  }

  @Test
  void anEndingIsLearnedThoughTheNextJudgementComesLate() throws Exception {
    Run before = new Run(Map.of());
    before.judgeAndWrite(0, 2, false);
    before.judgeAndWrite(3, true);
    Map<Subject, Episode> checkpoint = before.episodes;
    before.judgeAndWrite(4, 16, false);
    assertThat(changes()).containsExactly("opened", "resolved");

    Run after = new Run(checkpoint);
    after.judgeAndWrite(4, false);
    // An outage: the next judgement is later than any of the run before can have been.
    after.judgeAndWrite(61, true);
    assertThat(changes()).containsExactly("opened", "resolved", "opened");
  }

  @Test
  void aLongRunQueriesTheDatabaseOnce() throws Exception {
    Run run = new Run(Map.of());
    run.judgeAndWrite(0, false);
    // Another writer's row of later: no run of this job can have made it, and none reads it.
    write(
        List.of(
            AlertChange.of(
                AlertChange.Kind.OPENED,
                org,
                CDN,
                NOW + 90 * MINUTE,
                Evidence.ofShare(10, 3, 0.2, 3000L, NOW, NOW))));
    run.judgeAndWrite(61, 62, false);
    assertThat(run.episodes).isEmpty();
  }
}
