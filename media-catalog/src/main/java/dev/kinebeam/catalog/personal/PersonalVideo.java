package dev.kinebeam.catalog.personal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of {@code personalized_exercise_videos}.
 *
 * @param recordedFor the exercise that the therapist chose; one that was merged into the assigned
 *     one since then, or before
 * @param original empty until an address to upload to was given out
 * @param hosted empty until it was copied to a host
 * @param failure there when its status is {@link PersonalVideoStatus#FAILED}, and only then
 */
public record PersonalVideo(
    long id,
    Assignment assignment,
    UUID recordedFor,
    String contentType,
    Optional<Original> original,
    Optional<Hosted> hosted,
    State state,
    Optional<Failure> failure,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * Whose video of what it is.
   *
   * @param doctorId who recorded it
   */
  public record Assignment(UUID orgId, UUID patientId, UUID exerciseId, UUID doctorId) {}

  /**
   * What was uploaded, or will be.
   *
   * @param pinned the version that is processed; empty until the upload is complete
   */
  public record Original(String storageKey, Optional<Pinned> pinned) {}

  /** A version of an object. */
  public record Pinned(String etag, long sizeBytes) {}

  /** The video at a host. */
  public record Hosted(String host, String hostedId) {}

  /**
   * How it stands.
   *
   * @param attempts runs of the task that began for the present upload
   * @param polls requests for the hosted video's state in the present run
   * @param wokenAt when the host last reported a change
   */
  public record State(
      PersonalVideoStatus status,
      boolean active,
      int attempts,
      int polls,
      Optional<Duration> duration,
      Optional<Instant> wokenAt) {}

  /**
   * Why it failed.
   *
   * @param code such as {@code too_long}
   * @param text for people
   */
  public record Failure(String code, String text) {}

  /** Where it stands. */
  public PersonalVideoStatus status() {
    return state.status();
  }

  /** Whether it was entered for this, whatever its exercise was merged into. */
  public boolean wasEnteredFor(Assignment asked, String type) {
    return asked.equals(
            new Assignment(
                assignment.orgId(), assignment.patientId(), recordedFor, assignment.doctorId()))
        && contentType.equals(type);
  }

  static PersonalVideo of(ResultSet row) throws SQLException {
    return new PersonalVideo(
        row.getLong("id"),
        new Assignment(
            row.getObject("org_id", UUID.class),
            row.getObject("patient_id", UUID.class),
            row.getObject("exercise_id", UUID.class),
            row.getObject("doctor_id", UUID.class)),
        row.getObject("recorded_for", UUID.class),
        row.getString("content_type"),
        original(row),
        hosted(row),
        state(row),
        failure(row),
        instant(row, "created_at").orElseThrow(),
        instant(row, "updated_at").orElseThrow());
  }

  private static Optional<Original> original(ResultSet row) throws SQLException {
    String key = row.getString("storage_key");
    if (key == null) {
      return Optional.empty();
    }
    String etag = row.getString("etag");
    return Optional.of(
        new Original(
            key,
            etag == null
                ? Optional.empty()
                : Optional.of(new Pinned(etag, row.getLong("size_bytes")))));
  }

  private static Optional<Hosted> hosted(ResultSet row) throws SQLException {
    String id = row.getString("hosted_id");
    return id == null ? Optional.empty() : Optional.of(new Hosted(row.getString("host"), id));
  }

  private static State state(ResultSet row) throws SQLException {
    double seconds = row.getDouble("duration_seconds");
    Optional<Duration> duration =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
    return new State(
        PersonalVideoStatus.valueOf(row.getString("status")),
        row.getBoolean("active"),
        row.getInt("attempts"),
        row.getInt("polls"),
        duration,
        instant(row, "woken_at"));
  }

  private static Optional<Failure> failure(ResultSet row) throws SQLException {
    String code = row.getString("failure_code");
    return code == null
        ? Optional.empty()
        : Optional.of(new Failure(code, row.getString("failure_text")));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
