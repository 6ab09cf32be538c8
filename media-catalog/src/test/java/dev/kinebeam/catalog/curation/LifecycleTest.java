package dev.kinebeam.catalog.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.curation.Lifecycle.Step;
import dev.kinebeam.catalog.curation.Lifecycle.Verdict;
import dev.kinebeam.catalog.db.Exercises.Status;
import dev.kinebeam.schemas.Words;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleTest {
  @ParameterizedTest
  @CsvSource({
    "publish,        publishing, -,       -,         refused",
    "unpublish,      -,          draft,   draft,     refused",
    "archive,        archived,   refused, archived,  -",
    "restore,        -,          refused, refused,   draft",
    "preview_ready,  -,          published, -,       -",
    "preview_failed, -,          draft,   -,         -",
  })
  void everyStepFromEveryState(
      String step, String draft, String publishing, String published, String archived) {
    assertVerdict(step, Status.DRAFT, draft);
    assertVerdict(step, Status.PUBLISHING, publishing);
    assertVerdict(step, Status.PUBLISHED, published);
    assertVerdict(step, Status.ARCHIVED, archived);
  }

  private static void assertVerdict(String step, Status from, String expected) {
    Verdict verdict = Lifecycle.after(from, Words.read(Step.class, step));
    String found =
        verdict instanceof Verdict.MovesTo to
            ? Words.write(to.status())
            : verdict instanceof Verdict.Stays ? "-" : "refused";
    assertThat(found).as("%s of one that is %s", step, Words.write(from)).isEqualTo(expected);
  }
}
