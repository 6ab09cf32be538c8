package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.render.RenderKey;
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

  /** Finds a video at its host. */
  @FunctionalInterface
  public interface Finder<X extends Exception> {
    /** The host's id of the video with this title, if there is one. */
    Optional<String> find(String title, String exercise) throws X;
  }

  private record Abandoned(UUID renderId, String title, String exercise) {}

  private record Due(String hostVideoId, boolean named) {}

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

  /**
   * Ends one claim that nobody has renewed for an hour, and notes what its worker left at the host:
   * a forced render that was killed has a video there which nobody would come back for.
   *
   * @return whether there was one
   * @throws X when the host could not be asked; the claim stands still
   */
  public <X extends Exception> boolean noteAbandoned(String host, Finder<X> finder) throws X {
    return database.inTransaction(
        handle -> {
          Optional<Abandoned> found = abandoned(handle);
          if (found.isPresent()) {
            Abandoned claim = found.get();
            Optional<String> left = finder.find(claim.title(), claim.exercise());
            left.ifPresent(video -> note(handle, host, video, claim.renderId()));
            handle.execute("DELETE FROM render_claims WHERE render_id = ?", claim.renderId());
          }
          return found.isPresent();
        });
  }

  private static Optional<Abandoned> abandoned(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT c.render_id, c.title, e.slug
              FROM render_claims AS c
              JOIN exercise_renders USING (render_id) JOIN exercises AS e USING (exercise_id)
             WHERE c.expires_at < now() - interval '1 hour'
             ORDER BY c.expires_at LIMIT 1 FOR UPDATE OF c SKIP LOCKED
            """)
        .map(
            (row, context) ->
                new Abandoned(
                    row.getObject("render_id", UUID.class),
                    row.getString("title"),
                    row.getString("slug")))
        .findOne();
  }

  /**
   * Deletes one video whose time has come; while its render is being made again it waits, since
   * that may find and keep it. One that the host refuses to delete is due again in a day, and one
   * that a row names again, because it was imported back, stays at the host.
   *
   * @param host videos of other hosts are left alone
   * @return the id of the video that was dealt with; empty when there is none (now, or left by
   *     others who delete at the same time)
   * @throws X when the host could not be asked; the video is due still
   */
  public <X extends Exception> Optional<String> deleteOne(String host, Deletion<X> deletion)
      throws X {
    return database.inTransaction(
        handle -> {
          Optional<Due> due = due(handle, host);
          if (due.isPresent()) {
            String id = due.get().hostVideoId();
            settle(handle, host, id, due.get().named() || deletion.delete(id));
          }
          return due.map(Due::hostVideoId);
        });
  }

  private static Optional<Due> due(Handle handle, String host) {
    return handle
        .createQuery(
            """
            SELECT r.host_video_id,
                   EXISTS (SELECT FROM exercise_renders AS e
                            WHERE e.host = r.host AND e.host_video_id = r.host_video_id) AS named
              FROM replaced_videos AS r
             WHERE r.host = :host AND r.delete_after < now()
               AND NOT EXISTS (SELECT FROM render_claims AS c WHERE c.render_id = r.render_id)
             ORDER BY r.delete_after LIMIT 1 FOR UPDATE OF r SKIP LOCKED
            """)
        .bind("host", host)
        .map((row, context) -> new Due(row.getString("host_video_id"), row.getBoolean("named")))
        .findOne();
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
