package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.render.RenderKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Hosted videos that are to be deleted: replaced and superseded ones after a grace period, in which
 * players may finish, and at once those that never were ready. Thread-safe, also among programs.
 */
public final class ReplacedVideos {
  /** A composed render {@code r} of an earlier asset version than its exercise's present one. */
  private static final String SUPERSEDED =
      """
      r.status = 'ready' AND r.recipe_hash <> :imported
         AND r.asset_version < (SELECT e.asset_version FROM exercises AS e
                                 WHERE e.exercise_id = r.exercise_id)
      """;

  private final Database database;

  /** Removes a video from its host; there may be none. */
  @FunctionalInterface
  public interface Deletion<X extends Exception> {
    /** False when the host refuses, now and presumably in a moment too. */
    boolean delete(String hostVideoId) throws X;
  }

  /**
   * Who deletes.
   *
   * @param process by whose name others find out that it has ended
   * @param grace how long videos stay that were replaced or that nothing uses any more; empty when
   *     such videos are left to others
   */
  public record Remover(String process, Optional<Duration> grace) {}

  /**
   * A video whose time has come, and the claim on its render that keeps others from taking it up.
   */
  private record Due(UUID renderId, UUID claim, String hostVideoId, boolean named) {}

  public ReplacedVideos(Database database) {
    this.database = database;
  }

  /**
   * The video of this render, when it is another than {@code stays}, is to go. One that was at the
   * host before it was imported is its owner's, and stays.
   */
  static void note(Handle handle, UUID renderId, String stays) {
    handle
        .createUpdate(
            """
            INSERT INTO replaced_videos (host, host_video_id, render_id)
            SELECT host, host_video_id, render_id FROM exercise_renders AS r
             WHERE render_id = :id AND status = 'ready' AND host_video_id <> :stays
               AND NOT EXISTS (SELECT FROM imported_videos AS i
                                WHERE i.exercise_id = r.exercise_id AND i.language = r.language
                                  AND r.recipe_hash = :imported AND i.kind = 'hosted')
               FOR UPDATE OF r
            ON CONFLICT (host, host_video_id) DO UPDATE
               SET replaced_at = now(), delete_after = excluded.delete_after
            """)
        .bind("id", renderId)
        .bind("stays", stays)
        .bind("imported", RenderKey.IMPORTED)
        .execute();
  }

  /**
   * Takes note of superseded renders at a host that nothing uses: their grace begins. That of a
   * render which is used again ends, and begins anew when it is not.
   */
  public void noteSuperseded(String host) {
    database.inTransaction(
        handle -> {
          handle
              .createUpdate(
                  """
                  DELETE FROM replaced_videos AS v USING exercise_renders AS r
                   WHERE v.host = :host AND r.host = v.host AND r.host_video_id = v.host_video_id
                     AND %s AND render_in_use(r.render_id)
                  """
                      .formatted(SUPERSEDED))
              .bind("host", host)
              .bind("imported", RenderKey.IMPORTED)
              .execute();
          return handle
              .createUpdate(
                  """
                  INSERT INTO replaced_videos (host, host_video_id, render_id)
                  SELECT r.host, r.host_video_id, r.render_id FROM exercise_renders AS r
                   WHERE r.host = :host AND %s AND NOT render_in_use(r.render_id)
                  ON CONFLICT DO NOTHING
                  """
                      .formatted(SUPERSEDED))
              .bind("host", host)
              .bind("imported", RenderKey.IMPORTED)
              .execute();
        });
  }

  /** This video, which no row names and no patient plays, may be deleted at once. */
  static void noteDue(Handle handle, String host, String hostVideoId, UUID renderId) {
    handle
        .createUpdate(
            """
            INSERT INTO replaced_videos (host, host_video_id, render_id, delete_after)
            VALUES (:host, :video, :id, now())
            ON CONFLICT (host, host_video_id) DO NOTHING
            """)
        .bind("host", host)
        .bind("video", hostVideoId)
        .bind("id", renderId)
        .execute();
  }

  /** The video is no longer at the host. */
  public void deleted(String host, String hostVideoId) {
    database.inTransaction(
        handle -> {
          settle(handle, host, hostVideoId, true);
          return null;
        });
  }

  /**
   * Deletes one video whose time has come. Its render is claimed meanwhile, since whoever makes it
   * again may find and keep the video; one that is being made waits. A video that the host refuses
   * to delete is due again in a day, and one that a row names stays at the host: because it was
   * imported back, or is of a superseded render that is used again. No transaction is open while
   * the host is asked.
   *
   * @param host videos of other hosts are left alone
   * @return the id of the video that was dealt with; empty when there is none (now, or left by
   *     others who delete at the same time)
   * @throws X when the host could not be asked; the video is due still
   */
  public <X extends Exception> Optional<String> deleteOne(
      String host, Remover remover, Deletion<X> deletion) throws X {
    Optional<Due> found = database.inTransaction(handle -> claimDue(handle, host, remover));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Due due = found.get();
    boolean asked = false;
    boolean done = false;
    try {
      done = due.named() || deletion.delete(due.hostVideoId());
      asked = true;
    } finally {
      boolean settled = asked;
      boolean gone = done;
      database.inTransaction(
          handle -> {
            if (settled) {
              settle(handle, host, due.hostVideoId(), gone);
            }
            RenderClaims.end(handle, due.renderId(), due.claim());
            return null;
          });
    }
    return Optional.of(due.hostVideoId());
  }

  private static Optional<Due> claimDue(Handle handle, String host, Remover remover) {
    UUID claim = UUID.randomUUID();
    return handle
        .createQuery(
            """
            WITH due AS (
              SELECT r.render_id, r.host_video_id
                FROM replaced_videos AS r
               WHERE r.host = :host
                 AND coalesce(r.delete_after, r.replaced_at + :grace::float8 * interval '1 second')
                     <= now()
                 AND NOT EXISTS (SELECT FROM render_claims AS c WHERE c.render_id = r.render_id)
               ORDER BY r.replaced_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED),
            claimed AS (
              INSERT INTO render_claims (render_id, plan_id, worker, title, expires_at)
              SELECT render_id, :claim, :process, 'removal of ' || host_video_id,
                     now() + interval '10 minutes'
                FROM due
              ON CONFLICT DO NOTHING
              RETURNING render_id)
            SELECT due.render_id, due.host_video_id FROM due JOIN claimed USING (render_id)
            """)
        .bind("host", host)
        .bind("claim", claim)
        .bind("process", remover.process())
        .bind("grace", remover.grace().map(grace -> grace.toMillis() / 1000.0).orElse(null))
        .map(
            (row, context) ->
                Map.entry(row.getObject("render_id", UUID.class), row.getString("host_video_id")))
        .findOne()
        .map(
            row -> {
              // Once the claim holds: from then on no other process records this render.
              retire(handle, host, row.getValue());
              return new Due(
                  row.getKey(), claim, row.getValue(), isNamed(handle, host, row.getValue()));
            });
  }

  /**
   * A superseded render that nothing uses loses its video: whoever asks for it learns why. Its
   * segments stay, since sessions that played it are counted by them. Whoever begins to name the
   * render locks its row first, so that either this sees the name or the other sees no video.
   */
  private static void retire(Handle handle, String host, String hostVideoId) {
    handle
        .createQuery(
            """
            SELECT r.render_id FROM exercise_renders AS r
             WHERE r.host = :host AND r.host_video_id = :video AND %s FOR UPDATE OF r
            """
                .formatted(SUPERSEDED))
        .bind("host", host)
        .bind("video", hostVideoId)
        .bind("imported", RenderKey.IMPORTED)
        .mapTo(UUID.class)
        .list();
    // A statement of its own: it sees what was committed until the lock was there.
    handle
        .createUpdate(
            """
            UPDATE exercise_renders AS r
               SET status = 'failed', host = NULL, host_video_id = NULL, retryable = false,
                   removed_at = now(), changed_at = now(),
                   error = 'its asset version was replaced and its video removed;'
                           || ' order the present one'
             WHERE r.host = :host AND r.host_video_id = :video AND %s
               AND NOT render_in_use(r.render_id)
            """
                .formatted(SUPERSEDED))
        .bind("host", host)
        .bind("video", hostVideoId)
        .bind("imported", RenderKey.IMPORTED)
        .execute();
  }

  /** Whether a row of the render cache has this video. */
  static boolean isNamed(Handle handle, String host, String hostVideoId) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (SELECT FROM exercise_renders
                            WHERE host = :host AND host_video_id = :video)
            """)
        .bind("host", host)
        .bind("video", hostVideoId)
        .mapTo(Boolean.class)
        .one();
  }

  private static void settle(Handle handle, String host, String hostVideoId, boolean done) {
    handle
        .createUpdate(
            done
                ? "DELETE FROM replaced_videos WHERE host = :host AND host_video_id = :video"
                : """
                UPDATE replaced_videos SET delete_after = now() + interval '1 day'
                 WHERE host = :host AND host_video_id = :video
                """)
        .bind("host", host)
        .bind("video", hostVideoId)
        .execute();
  }
}
