package dev.kinebeam.catalog.personal;

import static dev.kinebeam.catalog.personal.PersonalVideoStatus.COMPLETED;
import static dev.kinebeam.catalog.personal.PersonalVideoStatus.CREATED;
import static dev.kinebeam.catalog.personal.PersonalVideoStatus.FAILED;
import static dev.kinebeam.catalog.personal.PersonalVideoStatus.INACTIVE;
import static dev.kinebeam.catalog.personal.PersonalVideoStatus.PROCESSING_QUEUED;
import static dev.kinebeam.catalog.personal.PersonalVideoStatus.UPLOAD_URL_CREATED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PersonalVideoStatusTest {
  private static final Map<PersonalVideoStatus, Set<PersonalVideoStatus>> LEGAL =
      Map.of(
          CREATED, Set.of(UPLOAD_URL_CREATED, FAILED),
          UPLOAD_URL_CREATED, Set.of(PROCESSING_QUEUED, FAILED),
          PROCESSING_QUEUED, Set.of(COMPLETED, FAILED),
          COMPLETED, Set.of(INACTIVE),
          FAILED, Set.of(PROCESSING_QUEUED),
          INACTIVE, Set.of());

  @Test
  void noOtherMoveIsLegal() {
    for (PersonalVideoStatus from : PersonalVideoStatus.values()) {
      for (PersonalVideoStatus to : PersonalVideoStatus.values()) {
        assertThat(from.mayBecome(to))
            .as(from + " to " + to)
            .isEqualTo(LEGAL.get(from).contains(to));
      }
    }
  }
}
