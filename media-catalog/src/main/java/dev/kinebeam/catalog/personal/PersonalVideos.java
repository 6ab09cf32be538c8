package dev.kinebeam.catalog.personal;

import dev.kinebeam.catalog.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Personal videos and every move that they make, each one statement that is guarded by the present
 * status. The database notes each move in the audit log, in the same transaction, and keeps at most
 * one video of a patient and exercise active. Thread-safe, also among programs.
 *
 * <p>Methods with a handle run in its transaction, which speaks for the video's organization; the
 * others in one of their own with the worker's rights, which reach every organization.
 */
public final class PersonalVideos {
  /** The failure of a video that was never uploaded. */
  public static final String UPLOAD_ABANDONED = "upload_abandoned";

  private static final int MOST_AT_ONCE = 1_000;

  private final Database database;

  public PersonalVideos(Database database) {
    this.database = database;
  }

  /**
   * A video that was entered.
   *
   * @param isNew false when the same request entered it before
   */
  public record Created(PersonalVideo video, boolean isNew) {}

  /**
   * Enters a video, {@code CREATED}; of an exercise that was merged into another it is the
   * successor's.
   */
  public static PersonalVideo create(
      Handle handle, PersonalVideo.Assignment assignment, String contentType) {
    return create(handle, assignment, contentType, Optional.empty()).video();
  }

  /**
   * As {@link #create(Handle, PersonalVideo.Assignment, String)}.
   *
   * @param requestKey by which a repeated request of the same therapist is known
   */
  public static Created create(
      Handle handle,
      PersonalVideo.Assignment assignment,
      String contentType,
      Optional<String> requestKey) {
    Optional<PersonalVideo> entered =
        handle
            .createQuery(
                """
                INSERT INTO personalized_exercise_videos
                       (org_id, patient_id, exercise_id, doctor_id, content_type, request_key)
                VALUES (:org, :patient, :exercise, :doctor, :type, :key)
                ON CONFLICT (org_id, doctor_id, request_key) WHERE request_key IS NOT NULL
                DO NOTHING
                RETURNING *
                """)
            .bind("org", assignment.orgId())
            .bind("patient", assignment.patientId())
            .bind("exercise", assignment.exerciseId())
            .bind("doctor", assignment.doctorId())
            .bind("type", contentType)
            .bind("key", requestKey.orElse(null))
            .map((row, context) -> PersonalVideo.of(row))
            .findOne();
    return entered
        .map(video -> new Created(video, true))
        .orElseGet(
            () ->
                new Created(
                    requested(handle, assignment.doctorId(), requestKey.orElseThrow()), false));
  }

  private static PersonalVideo requested(Handle handle, UUID doctor, String requestKey) {
    return handle
        .createQuery(
            """
            SELECT * FROM personalized_exercise_videos
             WHERE doctor_id = :doctor AND request_key = :key
            """)
        .bind("doctor", doctor)
        .bind("key", requestKey)
        .map((row, context) -> PersonalVideo.of(row))
        .one();
  }

  /** How many of a therapist's wait for their upload or are processed. */
  public static int unfinished(Handle handle, UUID doctor) {
    return handle
        .createQuery(
            """
            SELECT count(*) FROM personalized_exercise_videos
             WHERE doctor_id = :doctor
               AND status IN ('CREATED', 'UPLOAD_URL_CREATED', 'PROCESSING_QUEUED')
            """)
        .bind("doctor", doctor)
        .mapTo(Integer.class)
        .one();
  }

  /**
   * An address to upload to is given out: the first one makes it {@code UPLOAD_URL_CREATED}, and a
   * further one keeps its key and gives it another day before it counts as abandoned.
   *
   * @param storageKey counts for the first one
   */
  public static PersonalVideo urlCreated(Handle handle, long id, String storageKey)
      throws IllegalMove {
    Optional<PersonalVideo> again =
        handle
            .createQuery(
                """
                UPDATE personalized_exercise_videos SET storage_key = storage_key
                 WHERE id = :id AND status = 'UPLOAD_URL_CREATED' RETURNING *
                """)
            .bind("id", id)
            .map((row, context) -> PersonalVideo.of(row))
            .findOne();
    return again.isPresent()
        ? again.get()
        : move(
            handle,
            id,
            PersonalVideoStatus.UPLOAD_URL_CREATED,
            "storage_key = :key",
            Map.of("key", storageKey));
  }

  /**
   * Its upload is complete: pins the version that is processed, and enters the task in the same
   * transaction. A hosted video of a former upload stays in the row until it is deleted.
   *
   * @param now when the task is due
   * @throws IllegalMove also when it has failed and its original was given up to be deleted
   */
  public static PersonalVideo queue(
      Handle handle, long id, PersonalVideo.Pinned version, Instant now) throws IllegalMove {
    PersonalVideo queued =
        move(
            handle,
            id,
            PersonalVideoStatus.PROCESSING_QUEUED,
            """
            etag = :etag, size_bytes = :size, attempts = 0, polls = 0,
            failure_code = NULL, failure_text = NULL\
            """,
            Map.of("etag", version.etag(), "size", version.sizeBytes()));
    // If a former run's task is being removed at this moment, scheduleLost enters it again.
    PersonalVideoTask.schedule(handle, id, now);
    return queued;
  }

  /**
   * Enters the tasks of queued videos that have none: of those that were queued again while the
   * task of the run before was removed. At most a thousand.
   *
   * @return how many
   */
  public int scheduleLost() {
    return database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    INSERT INTO personal_video_tasks
                           (task_name, task_instance, execution_time, picked, version)
                    SELECT :task, :prefix || v.id, now(), false, 1
                      FROM personalized_exercise_videos AS v
                     WHERE v.status = 'PROCESSING_QUEUED'
                       AND NOT EXISTS (SELECT FROM personal_video_tasks AS t
                                        WHERE t.task_name = :task
                                          AND t.task_instance = :prefix || v.id)
                     ORDER BY v.id LIMIT :most
                    ON CONFLICT DO NOTHING
                    """)
                .bind("task", PersonalVideoTask.NAME)
                .bind("prefix", PersonalVideoTask.PREFIX)
                .bind("most", MOST_AT_ONCE)
                .execute());
  }

  /**
   * Gives the video to its patient: the one that was active for the same patient and exercise
   * becomes {@code INACTIVE}, and this one {@code COMPLETED}, in one transaction. If the therapist
   * does not reach the patient any more, or the clinic has switched the feature off, this one
   * becomes {@code FAILED} instead ({@code access_ended}, {@code feature_ended}) and the other one
   * stays.
   */
  public PersonalVideo activate(long id, Duration duration) throws IllegalMove {
    return database.inTransaction(
        handle -> {
          PersonalVideo video = locked(handle, id, PersonalVideoStatus.COMPLETED);
          PersonalVideo.Assignment assigned = video.assignment();
          Optional<String> refusal =
              handle
                  .createQuery("SELECT personal_video_refusal(:org, :doctor, :patient)")
                  .bind("org", assigned.orgId())
                  .bind("doctor", assigned.doctorId())
                  .bind("patient", assigned.patientId())
                  .mapTo(String.class)
                  .findOne();
          if (refusal.isPresent()) {
            return failed(handle, id, refusal.get(), refusalText(refusal.get()));
          }
          deactivate(handle, assigned);
          return move(
              handle,
              id,
              PersonalVideoStatus.COMPLETED,
              "active = true, duration_seconds = :seconds",
              Map.of("seconds", duration.toMillis() / 1000.0));
        });
  }

  /** Of two activations for one pair the second begins when the first has ended. */
  private static void deactivate(Handle handle, PersonalVideo.Assignment assigned) {
    handle
        .createQuery(
            "SELECT pg_advisory_xact_lock(hashtextextended('personal-video ' || :pair, 0))::text")
        .bind("pair", assigned.patientId() + " " + assigned.exerciseId())
        .mapTo(String.class)
        .one();
    handle
        .createUpdate(
            """
            UPDATE personalized_exercise_videos SET active = false, status = 'INACTIVE'
             WHERE org_id = :org AND patient_id = :patient AND exercise_id = :exercise AND active
            """)
        .bind("org", assigned.orgId())
        .bind("patient", assigned.patientId())
        .bind("exercise", assigned.exerciseId())
        .execute();
  }

  private static String refusalText(String code) {
    return code.equals("feature_ended")
        ? "The clinic has switched personal videos off."
        : "The therapist does not treat this patient any more.";
  }

  /**
   * Ends it.
   *
   * @param code such as {@code too_long}
   * @param text for people
   */
  public PersonalVideo fail(long id, String code, String text) throws IllegalMove {
    return database.inTransaction(handle -> failed(handle, id, code, text));
  }

  private static PersonalVideo failed(Handle handle, long id, String code, String text)
      throws IllegalMove {
    return move(
        handle,
        id,
        PersonalVideoStatus.FAILED,
        "failure_code = :code, failure_text = :text",
        Map.of("code", code, "text", text));
  }

  /**
   * Ends those whose upload was not completed and that got no address for this long; at most a
   * thousand.
   *
   * @return how many
   */
  public int abandon(Duration olderThan) {
    return database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE personalized_exercise_videos
                       SET status = 'FAILED', failure_code = :code,
                           failure_text = 'It was not uploaded.'
                     WHERE id IN (SELECT id FROM personalized_exercise_videos
                                   WHERE status IN ('CREATED', 'UPLOAD_URL_CREATED')
                                     AND updated_at < now() - :age * interval '1 second'
                                   ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED)
                    """)
                .bind("code", UPLOAD_ABANDONED)
                .bind("age", olderThan.toSeconds())
                .bind("most", MOST_AT_ONCE)
                .execute());
  }

  /** The video of this id. */
  public static Optional<PersonalVideo> find(Handle handle, long id) {
    return handle
        .createQuery("SELECT * FROM personalized_exercise_videos WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> PersonalVideo.of(row))
        .findOne();
  }

  /** As {@link #find(Handle, long)}, of any organization. */
  public Optional<PersonalVideo> find(long id) {
    return database.inTransaction(handle -> find(handle, id));
  }

  /**
   * The one that plays for this patient and exercise, or the exercise that this was merged into.
   */
  public static Optional<PersonalVideo> current(Handle handle, UUID patient, UUID exercise) {
    return handle
        .createQuery(
            """
            SELECT v.* FROM personalized_exercise_videos AS v
             WHERE v.patient_id = :patient AND v.active
               AND v.exercise_id = (SELECT coalesce(replaced_by, exercise_id) FROM exercises
                                     WHERE exercise_id = :exercise)
            """)
        .bind("patient", patient)
        .bind("exercise", exercise)
        .map((row, context) -> PersonalVideo.of(row))
        .findOne();
  }

  /** Those of these ids, by one statement. */
  public static List<PersonalVideo> all(Handle handle, List<Long> ids) {
    return handle
        .createQuery("SELECT * FROM personalized_exercise_videos WHERE id = ANY(:ids)")
        .bind("ids", ids.toArray(new Long[0]))
        .map((row, context) -> PersonalVideo.of(row))
        .list();
  }

  /**
   * The host reports a change of its video: makes the task due now. One that runs sees {@link
   * PersonalVideo.State#wokenAt} and asks the host once more. For the Core API and the worker, of
   * any organization.
   *
   * @return whether a queued video has this copy
   */
  public boolean wake(String host, String hostedId) {
    return database.inTransaction(
        handle ->
            !handle
                .createQuery("SELECT id FROM wake_personal_video(:host, :hosted)")
                .bind("host", host)
                .bind("hosted", hostedId)
                .mapTo(Long.class)
                .list()
                .isEmpty());
  }

  private static PersonalVideo move(
      Handle handle, long id, PersonalVideoStatus next, String changes, Map<String, Object> values)
      throws IllegalMove {
    // The worker deletes the original of one that is removed, whatever comes then.
    Optional<PersonalVideo> moved =
        handle
            .createQuery(
                "UPDATE personalized_exercise_videos SET status = :next, "
                    + changes
                    + " WHERE id = :id AND status = ANY(:guards) AND removed_at IS NULL"
                    + " RETURNING *")
            .bind("id", id)
            .bind("next", next.name())
            .bind("guards", next.guards())
            .bindMap(values)
            .map((row, context) -> PersonalVideo.of(row))
            .findOne();
    return moved.isPresent() ? moved.get() : refuse(handle, id, next);
  }

  private static PersonalVideo locked(Handle handle, long id, PersonalVideoStatus next)
      throws IllegalMove {
    Optional<PersonalVideo> video =
        handle
            .createQuery(
                "SELECT * FROM personalized_exercise_videos"
                    + " WHERE id = :id AND status = ANY(:guards) FOR UPDATE")
            .bind("id", id)
            .bind("guards", next.guards())
            .map((row, context) -> PersonalVideo.of(row))
            .findOne();
    return video.isPresent() ? video.get() : refuse(handle, id, next);
  }

  private static PersonalVideo refuse(Handle handle, long id, PersonalVideoStatus next)
      throws IllegalMove {
    throw new IllegalMove(id, next, find(handle, id).map(PersonalVideo::status));
  }
}
