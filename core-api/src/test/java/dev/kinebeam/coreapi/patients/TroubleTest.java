package dev.kinebeam.coreapi.patients;

import static dev.kinebeam.coreapi.patients.Trouble.Code.FAILED_START;
import static dev.kinebeam.coreapi.patients.Trouble.Code.FATAL_ERROR;
import static dev.kinebeam.coreapi.patients.Trouble.Code.INACTIVE;
import static dev.kinebeam.coreapi.patients.Trouble.Code.SLOW_CONNECTION;
import static dev.kinebeam.coreapi.patients.Trouble.Code.STALLING;
import static dev.kinebeam.coreapi.patients.Trouble.Code.STOPPED_EARLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.coreapi.patients.PatientFigures.Connection;
import dev.kinebeam.coreapi.patients.PatientFigures.Playing;
import dev.kinebeam.coreapi.patients.PatientFigures.Starts;
import dev.kinebeam.coreapi.patients.PatientFigures.Workouts;
import dev.kinebeam.coreapi.patients.Trouble.Reason;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TroubleTest {
  private static final ZoneId BUCHAREST = ZoneId.of("Europe/Bucharest");
  private static final LocalDate TODAY = LocalDate.parse("2026-10-28");
  private static final Starts WELL =
      new Starts(6, 6, 0, Optional.of(Instant.parse("2026-10-27T12:00:00Z")));
  private static final Playing SMOOTH = new Playing(6, 0, 6, 6, 0, 0, 0, 900, 0);
  private static final Connection FAST = new Connection(6, Optional.of(20.0));
  private static final Workouts DONE = new Workouts(3, 3, 3, Optional.empty(), Optional.empty());

  private static List<Reason> reasons(
      Starts starts, Playing playing, Connection connection, Workouts workouts) {
    return Trouble.of(new PatientFigures(starts, playing, connection, workouts), TODAY, BUCHAREST);
  }

  private static List<Trouble.Code> codes(
      Starts starts, Playing playing, Connection connection, Workouts workouts) {
    return reasons(starts, playing, connection, workouts).stream().map(Reason::code).toList();
  }

  @Test
  void whoPlaysWellHasNone() {
    assertThat(reasons(WELL, SMOOTH, FAST, DONE)).isEmpty();
  }

  @Test
  void everyTroubleIsThereTheWorstFirst() {
    Instant longAgo = Instant.parse("2026-10-01T08:00:00Z");
    assertThat(
            codes(
                new Starts(9, 8, 1, Optional.of(longAgo)),
                new Playing(6, 1, 6, 1, 4, 5, 60, 900, 2),
                new Connection(3, Optional.of(1.9)),
                new Workouts(3, 1, 1, Optional.of(TODAY.minusDays(9)), Optional.of(longAgo))))
        .containsExactly(
            FAILED_START, FATAL_ERROR, STALLING, INACTIVE, STOPPED_EARLY, SLOW_CONNECTION);
  }

  @Test
  void reasonsHaveTheirFigures() {
    assertThat(reasons(new Starts(9, 8, 2, WELL.last()), SMOOTH, FAST, DONE))
        .containsExactly(Reason.counted(FAILED_START, 2, 8));
    assertThat(reasons(WELL, new Playing(6, 0, 6, 6, 0, 3, 20, 980, 0), FAST, DONE))
        .containsExactly(new Reason(STALLING, 3, 6, 0.02, null, null));
  }

  @Test
  void oneStopAndAShortStallAreNoTrouble() {
    assertThat(codes(WELL, new Playing(1, 0, 1, 0, 1, 2, 60, 60, 0), FAST, DONE)).isEmpty();
    assertThat(codes(WELL, new Playing(6, 0, 6, 3, 2, 3, 10, 990, 0), FAST, DONE)).isEmpty();
    assertThat(codes(WELL, new Playing(6, 0, 6, 3, 3, 0, 0, 900, 0), FAST, DONE))
        .containsExactly(STOPPED_EARLY);
  }

  @Test
  void twoSamplesSayNothingOfAConnection() {
    assertThat(codes(WELL, SMOOTH, new Connection(2, Optional.of(0.4)), DONE)).isEmpty();
    assertThat(codes(WELL, SMOOTH, new Connection(0, Optional.empty()), DONE)).isEmpty();
  }

  /** The night of 25 October 2026 has an hour more in Bucharest. */
  @Test
  void daysAreThoseOfTheClinicAlsoWhenTheClocksChange() {
    Workouts open = new Workouts(2, 0, 0, Optional.of(TODAY.minusDays(3)), Optional.empty());
    Instant lateOnThe22nd = Instant.parse("2026-10-22T21:30:00Z");
    Instant onThe23rd = Instant.parse("2026-10-23T21:30:00Z");
    assertThat(codes(new Starts(1, 1, 0, Optional.of(lateOnThe22nd)), SMOOTH, FAST, open))
        .as("half past midnight of the 23rd")
        .containsExactly(INACTIVE);
    assertThat(codes(new Starts(1, 1, 0, Optional.of(onThe23rd)), SMOOTH, FAST, open))
        .as("half past midnight of the 24th")
        .isEmpty();
  }

  @Test
  void whoNeverDidAnythingIsInactiveSinceTheFirstOpenWorkout() {
    Starts none = new Starts(0, 0, 0, Optional.empty());
    Playing nothing = new Playing(0, 0, 0, 0, 0, 0, 0, 0, 0);
    Workouts open = new Workouts(2, 0, 0, Optional.of(TODAY.minusDays(7)), Optional.empty());
    assertThat(reasons(none, nothing, new Connection(0, Optional.empty()), open))
        .containsExactly(new Reason(INACTIVE, 2, 2, null, 7L, null));
    assertThat(reasons(none, nothing, new Connection(0, Optional.empty()), DONE))
        .as("to whom nothing is assigned")
        .isEmpty();
  }

  @Test
  void theWorstComeFirstAndMoreReasonsBeforeFewer() {
    List<Reason> failed = List.of(Reason.counted(FAILED_START, 1, 2));
    List<Reason> both =
        List.of(Reason.counted(FAILED_START, 1, 2), Reason.counted(STOPPED_EARLY, 2, 2));
    List<Reason> slow = List.of(Reason.counted(SLOW_CONNECTION, 3, 3));
    assertThat(Trouble.rank(both)).isLessThan(Trouble.rank(failed));
    assertThat(Trouble.rank(failed)).isLessThan(Trouble.rank(slow));
    assertThat(Trouble.rank(slow)).isLessThan(Trouble.rank(List.of()));
  }

  @Test
  void aCursorIsReadBackWhateverTheName() {
    PatientCursor cursor = new PatientCursor(7, "Ștefan  cel\u202E Mare %_ ", UUID.randomUUID());
    assertThat(PatientCursor.decode(cursor.encode())).isEqualTo(cursor);
  }
}
