package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.render.RenderKey;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Hosted videos that no row names any more, each kept for some hours in which players may finish.
 * Thread-safe, also among programs.
 */
public final class ReplacedVideos {
  private final Database database;

  /** Removes a video from its host; there may be none. */
  @FunctionalInterface
  public interface Deletion<X extends Exception> {
    /** False when the host refuses, now and presumably in a moment too. */
    boolean delete(String hostVideoId) throws X;
  }

  /**
   * A claim that nobody has renewed for an hour.
   *
   * @param title under which its worker may have left a video at the host
   * @param exercise empty when the render has no row
   */
  public record Abandoned(
      UUID renderId, String title, Optional<String> exercise, OffsetDateTime expired) {}

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

  /** This video, which no row names, is to go, unless a row names it when its time has come. */
  public void note(String host, String hostVideoId, UUID renderId) {
    database.inTransaction(
        handle -> {
          note(handle, host, hostVideoId, renderId);
          return null;
        });
  }

  private static void note(Handle handle, String host, String hostVideoId, UUID renderId) {
    handle
        .createUpdate(
            """
            INSERT INTO replaced_videos (host, host_video_id, render_id)
            VALUES (:host, :video, :id)
            ON CONFLICT (host, host_video_id) DO UPDATE
               SET replaced_at = now(), delete_after = excluded.delete_after
            """)
        .bind("host", host)
        .bind("video", hostVideoId)
        .bind("id", renderId)
        .execute();
  }

  /** The claim that was abandoned first: a killed worker's, which nobody has taken over. */
  public Optional<Abandoned> abandoned() {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT c.render_id, c.title, e.slug, c.expires_at
                      FROM render_claims AS c
                      LEFT JOIN exercise_renders USING (render_id)
                      LEFT JOIN exercises AS e USING (exercise_id)
                     WHERE c.expires_at < now() - interval '1 hour'
                     ORDER BY c.expires_at LIMIT 1
                    """)
                .map(
                    (row, context) ->
                        new Abandoned(
                            row.getObject("render_id", UUID.class),
                            row.getString("title"),
                            Optional.ofNullable(row.getString("slug")),
                            row.getObject("expires_at", OffsetDateTime.class)))
                .findOne());
  }

  /**
   * Ends an abandoned claim, unless somebody has taken it over, and notes what its worker left.
   *
   * @param left the host's id of the video with the claim's title
   */
  public void endAbandoned(Abandoned claim, String host, Optional<String> left) {
    database.inTransaction(
        handle -> {
          int ended =
              handle.execute(
                  "DELETE FROM render_claims WHERE render_id = ? AND title = ? AND expires_at = ?",
                  claim.renderId(),
                  claim.title(),
                  claim.expired());
          if (ended > 0) {
            left.ifPresent(video -> note(handle, host, video, claim.renderId()));
          }
          return null;
        });
  }

  /** Leaves an abandoned claim for another hour: the host does not say what it left. */
  public void postpone(Abandoned claim) {
    database.inTransaction(
        handle ->
            handle.execute(
                "UPDATE render_claims SET expires_at = now() WHERE render_id = ? AND expires_at = ?",
                claim.renderId(),
                claim.expired()));
  }

  /**
   * Deletes one video whose time has come. Its render is claimed meanwhile, since whoever makes it
   * again may find and keep the video; one that is being made waits. A video that the host refuses
   * to delete is due again in a day, and one that a row names again, because it was imported back,
   * stays at the host. No transaction is open while the host is asked.
   *
   * @param host videos of other hosts are left alone
   * @return the id of the video that was dealt with; empty when there is none (now, or left by
   *     others who delete at the same time)
   * @throws X when the host could not be asked; the video is due still
   */
  public <X extends Exception> Optional<String> deleteOne(String host, Deletion<X> deletion)
      throws X {
    Optional<Due> found = database.inTransaction(handle -> claimDue(handle, host));
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

  private static Optional<Due> claimDue(Handle handle, String host) {
    UUID claim = UUID.randomUUID();
    return handle
        .createQuery(
            """
            WITH due AS (
              SELECT r.render_id, r.host_video_id
                FROM replaced_videos AS r
               WHERE r.host = :host AND r.delete_after < now()
                 AND NOT EXISTS (SELECT FROM render_claims AS c WHERE c.render_id = r.render_id)
               ORDER BY r.delete_after LIMIT 1 FOR UPDATE OF r SKIP LOCKED),
            claimed AS (
              INSERT INTO render_claims (render_id, plan_id, worker, title, expires_at)
              SELECT render_id, :claim, 'removal', 'removal of ' || host_video_id,
                     now() + interval '10 minutes'
                FROM due
              ON CONFLICT DO NOTHING
              RETURNING render_id)
            SELECT due.render_id, due.host_video_id FROM due JOIN claimed USING (render_id)
            """)
        .bind("host", host)
        .bind("claim", claim)
        .map(
            (row, context) ->
                Map.entry(row.getObject("render_id", UUID.class), row.getString("host_video_id")))
        .findOne()
        .map(
            row ->
                new Due(
                    row.getKey(), claim, row.getValue(), isNamed(handle, host, row.getValue())));
  }

  /** Asked once the claim stands: from then on nobody else records this render. */
  private static boolean isNamed(Handle handle, String host, String hostVideoId) {
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
