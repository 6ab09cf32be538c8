package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.personal.PersonalVideoTask;
import dev.kinebeam.worker.personal.ProcessingRules.Attempt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * How far the processing of videos is, within {@code PROCESSING_QUEUED}. Each method is one
 * transaction of one or two statements; those that write do nothing, and return nothing, when the
 * video is not processed any more.
 */
final class ProcessingRows {
  /** Of the hosted videos of all workers together. */
  static final int POLLS_A_SECOND = 20;

  private static final String TAKE_POLL =
      "take_personal_video_poll(:wanted, " + POLLS_A_SECOND + ")";

  private final Database database;

  ProcessingRows(Database database) {
    this.database = database;
  }

  /** When a video is asked for next, and when its host last reported a change. */
  record Waiting(Instant nextPoll, Optional<Instant> woken) {}

  /** The video, if it is processed. */
  Optional<Queued> read(long id) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT *, personal_video_title(storage_key, copy_number) AS title
                      FROM personalized_exercise_videos
                     WHERE id = :id AND status = 'PROCESSING_QUEUED'
                    """)
                .bind("id", id)
                .map((row, context) -> queued(row))
                .findOne());
  }

  private static Queued queued(ResultSet row) throws SQLException {
    return new Queued(
        row.getLong("id"),
        new Queued.Original(row.getString("storage_key"), row.getString("etag")),
        new Queued.Copy(row.getInt("copy_number"), row.getString("title")),
        Optional.ofNullable(row.getString("host")),
        Optional.ofNullable(row.getString("hosted_id")),
        new Attempt(Math.max(1, row.getInt("attempts")), row.getInt("polls")),
        instant(row, "next_poll_at"),
        instant(row, "woken_at"));
  }

  /**
   * It is about to be copied to this host: what is there under the copy's title is deleted should
   * the copy never be recorded.
   *
   * @return whether it is to be copied still
   */
  boolean copying(Queued video, String host) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(
                        """
                        UPDATE personalized_exercise_videos
                           SET host = :host, attempts = greatest(attempts, 1)
                         WHERE id = :id AND status = 'PROCESSING_QUEUED' AND copy_number = :copy
                           AND hosted_id IS NULL AND (host IS NULL OR host = :host)
                        """)
                    .bind("id", video.id())
                    .bind("copy", video.copy().number())
                    .bind("host", host)
                    .execute()
                > 0);
  }

  /**
   * It was copied.
   *
   * @return when it is polled first; empty when the row does not await this copy any more
   */
  Optional<Instant> copied(Queued video, String hostedId, Instant wanted) {
    return database.inTransaction(
        handle ->
            nextPoll(
                handle
                    .createQuery(
                        "UPDATE personalized_exercise_videos SET hosted_id = :hosted,"
                            + " hosted_etag = etag, next_poll_at = coalesce(next_poll_at, "
                            + TAKE_POLL
                            + ") WHERE id = :id AND status = 'PROCESSING_QUEUED'"
                            + " AND copy_number = :copy"
                            + " AND (hosted_id IS NULL OR hosted_id = :hosted)"
                            + " RETURNING next_poll_at")
                    .bind("id", video.id())
                    .bind("copy", video.copy().number())
                    .bind("hosted", hostedId)
                    .bind("wanted", utc(wanted))));
  }

  /** A poll of its hosted video that was missed is made at this moment, or when there is room. */
  Optional<Instant> postponed(Queued video, Instant now) {
    return database.inTransaction(
        handle ->
            nextPoll(
                handle
                    .createQuery(
                        "UPDATE personalized_exercise_videos SET next_poll_at = "
                            + TAKE_POLL
                            + " WHERE id = :id AND status = 'PROCESSING_QUEUED'"
                            + " RETURNING next_poll_at")
                    .bind("id", video.id())
                    .bind("wanted", utc(now))));
  }

  /**
   * Its hosted video cannot be played yet.
   *
   * @param next when it is polled; empty when the poll that it has waits still
   */
  Optional<Waiting> waiting(Queued video, int polls, Optional<Instant> next) {
    String at = next.isPresent() ? TAKE_POLL : "next_poll_at";
    return database.inTransaction(
        handle -> {
          Query update =
              handle
                  .createQuery(
                      "UPDATE personalized_exercise_videos SET polls = :polls, next_poll_at = "
                          + at
                          + " WHERE id = :id AND status = 'PROCESSING_QUEUED'"
                          + " RETURNING next_poll_at, woken_at")
                  .bind("id", video.id())
                  .bind("polls", polls);
          next.ifPresent(wanted -> update.bind("wanted", utc(wanted)));
          return update
              .map(
                  (row, context) ->
                      new Waiting(
                          instant(row, "next_poll_at").orElseThrow(), instant(row, "woken_at")))
              .findOne();
        });
  }

  /**
   * Its attempt has ended, and the next one begins.
   *
   * @return when, about; empty when the video is not processed any more
   */
  Optional<Instant> retrying(Queued video, ProcessingRules.Retry retry, Instant at) {
    return database.inTransaction(
        handle -> {
          boolean keeps = video.hostedId().isPresent() && !retry.copyAgain();
          Query update =
              handle
                  .createQuery(
                      "UPDATE personalized_exercise_videos"
                          + " SET attempts = :attempt, polls = 0, "
                          + (keeps
                              ? "next_poll_at = " + TAKE_POLL
                              : "hosted_id = NULL, next_poll_at = NULL")
                          + " WHERE id = :id AND status = 'PROCESSING_QUEUED'"
                          + " AND hosted_id IS NOT DISTINCT FROM :hosted::text"
                          + " RETURNING coalesce(next_poll_at, :at) AS next_poll_at")
                  .bind("id", video.id())
                  .bind("hosted", orNull(video.hostedId()))
                  .bind("attempt", retry.next().number())
                  .bind("at", utc(at));
          if (keeps) {
            update.bind("wanted", utc(at));
          }
          return nextPoll(update);
        });
  }

  /** Whether a row names this hosted video. */
  boolean isNamed(String host, String hostedId) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT EXISTS (SELECT FROM personalized_exercise_videos
                                    WHERE host = :host AND hosted_id = :hosted)
                    """)
                .bind("host", host)
                .bind("hosted", hostedId)
                .mapTo(Boolean.class)
                .one());
  }

  /** Makes a waiting task due now if the host has reported a change that its last run missed. */
  void wakeIfMissed(long id, Optional<Instant> seen) {
    database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE personal_video_tasks AS t SET execution_time = now(), version = t.version + 1
                     WHERE t.task_name = :task AND t.task_instance = :instance
                       AND NOT t.picked AND t.execution_time > now()
                       AND EXISTS (SELECT FROM personalized_exercise_videos AS v
                                    WHERE v.id = :id AND v.woken_at IS DISTINCT FROM :seen::timestamptz)
                    """)
                .bind("task", PersonalVideoTask.NAME)
                .bind("instance", PersonalVideoTask.instance(id))
                .bind("id", id)
                .bind("seen", orNull(seen.map(ProcessingRows::utc)))
                .execute());
  }

  /** Those that have been processed for longer than any may be. */
  List<Long> stuck(Duration longest) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT id FROM personalized_exercise_videos
                     WHERE status = 'PROCESSING_QUEUED'
                       AND queued_at < now() - :seconds * interval '1 second'
                     ORDER BY id LIMIT 1000
                    """)
                .bind("seconds", longest.toSeconds())
                .mapTo(Long.class)
                .list());
  }

  /**
   * Gives original and hosted video of failed and replaced ones to be deleted; returns how many.
   */
  int removeOlder(Duration grace) {
    return database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE personalized_exercise_videos SET removed_at = now()
                     WHERE id IN (SELECT id FROM personalized_exercise_videos
                                   WHERE status IN ('FAILED', 'INACTIVE') AND removed_at IS NULL
                                     AND updated_at < now() - :seconds * interval '1 second'
                                   ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)
                    """)
                .bind("seconds", grace.toSeconds())
                .execute());
  }

  private static Optional<Instant> nextPoll(Query returning) {
    return returning.map((row, context) -> instant(row, "next_poll_at").orElseThrow()).findOne();
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  private static <T> @Nullable T orNull(Optional<T> value) {
    return value.orElse(null);
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
