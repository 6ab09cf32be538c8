package dev.kinebeam.coreapi.patients;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.schemas.Rfc3339;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A patient as a list answers it.
 *
 * @param reasons which trouble there was, the worst first
 * @param lastSessionAt when the newest session began; null when there was none
 */
record PatientView(
    @JsonUnwrapped Identity identity,
    List<Trouble.Reason> reasons,
    @Nullable String lastSessionAt,
    Adherence adherence,
    Playback playback,
    Connection connection) {

  /**
   * Who it is.
   *
   * @param analyticsConsent false: playback is not recorded, so that nothing is known of it
   */
  record Identity(
      UUID patientId,
      String displayName,
      boolean active,
      boolean analyticsConsent,
      boolean playing) {}

  /** Workouts up to today. */
  record Adherence(long assigned, long started, long completed) {}

  /** What was played. */
  record Playback(
      long sessions,
      long started,
      long completed,
      long stalls,
      double stalledSeconds,
      double watchedSeconds,
      long incompleteSessions) {}

  /** What the connection carried; {@code usable_mbps} is left out without samples. */
  record Connection(long n, @Nullable Double usableMbps) {}

  static PatientView of(PatientsQuery.Found found, Days days) {
    PatientFigures figures = found.figures();
    PatientFigures.Playing playing = figures.playing();
    return new PatientView(
        new Identity(found.id(), found.name(), found.active(), found.analytics(), found.playing()),
        Trouble.of(figures, days.today(), days.zone()),
        figures.starts().last().map(Rfc3339::text).orElse(null),
        new Adherence(
            figures.workouts().assigned(),
            figures.workouts().started(),
            figures.workouts().completed()),
        new Playback(
            figures.starts().sessions(),
            playing.started(),
            playing.completed(),
            playing.stalls(),
            playing.stalledSeconds(),
            playing.watchedSeconds(),
            playing.incomplete()),
        new Connection(figures.connection().samples(), figures.connection().usable().orElse(null)));
  }

  PatientCursor place() {
    return new PatientCursor(Trouble.rank(reasons), identity.displayName(), identity.patientId());
  }
}
