package dev.kinebeam.trials.past;

import dev.kinebeam.pipelines.alerts.AlertChange;
import dev.kinebeam.pipelines.alerts.AutomationTable;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.AlertDefaults;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.schemas.alert.Condition;
import dev.kinebeam.schemas.alert.Counts;
import dev.kinebeam.schemas.alert.Thresholds;
import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Conditions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * An exercise that has failed for everybody in every clinic since a few hours, so that an inbox has
 * something to answer before the first event is sent. Its automation is opened at the moment at
 * which the job's own rule, with its usual window and threshold, first holds for the sessions that
 * are in the database.
 */
public final class PastIncident {
  private static final AlertRule RULE = AlertRule.CONTENT_QUALITY;
  private static final Duration SINCE = Duration.ofMinutes(160);
  private static final Duration EVERY = Duration.ofMinutes(20);
  private static final Duration JUDGED_AFTER = Duration.ofMinutes(2);

  private static final String OPEN =
      "SELECT 1 FROM automations"
          + " WHERE org_id = ? AND rule = ? AND subject = ? AND cleared_at IS NULL";

  private static final String COUNTS =
      "SELECT count(*), count(*) FILTER (WHERE error_count > 0) FROM media_session_metrics"
          + " WHERE org_id = ? AND media_id = ? AND started_at >= ? AND started_at < ?";

  private final Instant now;
  private final PastVideo video;

  private PastIncident(Instant now, PastVideo video) {
    this.now = now.truncatedTo(ChronoUnit.MINUTES);
    this.video = video;
  }

  /**
   * The hours before {@code now}.
   *
   * @param video what fails
   */
  public static PastIncident before(Instant now, PastVideo video) {
    return new PastIncident(now, video);
  }

  /**
   * Writes it for each clinic in which it is not reported already. The people of {@link
   * PastSessions} have to be in the database before.
   *
   * @param pipeline what the telemetry job logs in with
   * @param owner the database past every policy
   * @return how many automations are new
   */
  public int write(DatabaseSettings pipeline, DataSource owner) throws SQLException {
    List<AlertChange> openings = new ArrayList<>();
    for (Clinics.Clinic clinic : Clinics.ALL) {
      if (!isReported(owner, clinic)) {
        List<Visit> visits = visits(clinic);
        PastSessions.write(visits, pipeline, owner);
        openings.add(opening(owner, clinic, visits));
      }
    }
    try (DatabaseSession session = pipeline.session()) {
      session.commit(
          handle -> {
            new AutomationTable().write(handle, openings);
            return openings.size();
          });
    }
    return openings.size();
  }

  private List<Visit> visits(Clinics.Clinic clinic) {
    List<Visit> visits = new ArrayList<>();
    Instant begin = now.minus(SINCE);
    for (Clinics.Patient patient : Clinics.regulars(clinic)) {
      visits.add(
          new Visit(
              UuidV5.of(patient.patientId(), "failed " + begin),
              patient,
              LocalDate.ofInstant(begin, clinic.zone()),
              begin,
              video,
              Behaviour.FAILS,
              Conditions.GOOD,
              OptionalDouble.empty()));
      begin = begin.plus(EVERY);
    }
    return visits;
  }

  private AlertChange opening(DataSource owner, Clinics.Clinic clinic, List<Visit> visits)
      throws SQLException {
    for (Visit visit : visits) {
      Instant at = visit.begin().plus(JUDGED_AFTER);
      Instant from = at.minus(AlertDefaults.EXERCISE);
      Condition condition =
          Condition.contentQuality(
              Thresholds.DEFAULT,
              counts(owner, clinic.orgId(), from, at),
              from.toEpochMilli(),
              at.toEpochMilli());
      if (condition.holds()) {
        return AlertChange.opened(clinic.orgId(), RULE, video.mediaId(), at, condition.evidence());
      }
    }
    throw new IllegalStateException(
        "%s failed %d times in %s, which opens no automation"
            .formatted(video.slug(), visits.size(), clinic.name()));
  }

  private boolean isReported(DataSource owner, Clinics.Clinic clinic) throws SQLException {
    try (Connection connection = owner.getConnection();
        PreparedStatement query = connection.prepareStatement(OPEN)) {
      query.setObject(1, clinic.orgId());
      query.setString(2, RULE.code());
      query.setString(3, video.mediaId());
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  private Counts counts(DataSource owner, UUID orgId, Instant from, Instant to)
      throws SQLException {
    try (Connection connection = owner.getConnection();
        PreparedStatement query = connection.prepareStatement(COUNTS)) {
      query.setObject(1, orgId);
      query.setString(2, video.mediaId());
      query.setTimestamp(3, Timestamp.from(from));
      query.setTimestamp(4, Timestamp.from(to));
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return new Counts(row.getLong(1), row.getLong(2), 0, 0, 0, 0, 0, 0);
      }
    }
  }
}
