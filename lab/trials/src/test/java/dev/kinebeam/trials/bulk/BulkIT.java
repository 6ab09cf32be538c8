package dev.kinebeam.trials.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bulk drills at a small size; {@code ./kinebeam drill-bulk} has them at full size. */
class BulkIT {
  @TempDir Path folder;

  @Test
  void aBulkRenderKilledInItsMiddleAndStartedTwiceAgainBakesEverythingOnce() throws Exception {
    try (BulkDrillEnvironment environment = BulkDrillEnvironment.open(folder, line -> {})) {
      RenderKillDrill.Outcome outcome =
          new RenderKillDrill(environment, Duration.ofMinutes(3), line -> {}).run(1, 1, 18);
      assertThat(outcome.isClean()).as(outcome.toString()).isTrue();
      assertThat(outcome.rendered()).isEqualTo(18 - outcome.readyAtKill());
      assertThat(outcome.skipped()).isEqualTo(18 + outcome.readyAtKill());
      assertThat(outcome.cpuSecondsSaved()).isPositive();
    }
  }

  @Test
  void aHostThatNeverFinishesLosesLiesAndFloodsIsLeftNothingAndNeedsNoMemory() throws Exception {
    try (BulkDrillEnvironment environment = BulkDrillEnvironment.open(folder, line -> {})) {
      HostileHostDrill.Outcome outcome =
          new HostileHostDrill(environment, Duration.ofMinutes(3), line -> {}).run(1, 1, 18);
      assertThat(outcome.isClean()).as(outcome.toString()).isTrue();
    }
  }

  @Test
  void anImportDoneTwiceChangesNothingTheSecondTime() throws Exception {
    try (BulkDrillEnvironment environment = BulkDrillEnvironment.open(folder, line -> {})) {
      ImportTwiceDrill.Outcome outcome = new ImportTwiceDrill(environment, line -> {}).run(20);
      assertThat(outcome.isClean()).as(outcome.toString()).isTrue();
      assertThat(outcome.fetched()).isEqualTo(4);
    }
  }
}
