package dev.kinebeam.catalog.db;

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
    void delete(String hostVideoId) throws X;
  }

  public ReplacedVideos(Database database) {
    this.database = database;
  }

  /** The video of this render, when it is another than {@code stays}, is to go. */
  static void note(Handle handle, UUID renderId, String stays) {
    handle
        .createUpdate(
            """
            INSERT INTO replaced_videos (host, host_video_id, render_id)
            SELECT host, host_video_id, render_id FROM exercise_renders
             WHERE render_id = :id AND status = 'ready' AND host_video_id <> :stays
            ON CONFLICT DO NOTHING
            """)
        .bind("id", renderId)
        .bind("stays", stays)
        .execute();
  }

  /**
   * Deletes one video whose time has come.
   *
   * @param host videos of other hosts are left alone
   * @return its id; empty when there is none (now, or left by others who delete at the same time)
   * @throws X when the host did not delete it; it is tried again at the next call
   */
  public <X extends Exception> Optional<String> deleteOne(String host, Deletion<X> deletion)
      throws X {
    return database.inTransaction(
        handle -> {
          Optional<String> due =
              handle
                  .createQuery(
                      """
                      DELETE FROM replaced_videos
                       WHERE (host, host_video_id) =
                             (SELECT host, host_video_id FROM replaced_videos AS r
                               WHERE host = :host AND delete_after < now()
                               ORDER BY delete_after LIMIT 1 FOR UPDATE SKIP LOCKED)
                      RETURNING host_video_id,
                        EXISTS (SELECT FROM exercise_renders AS e
                                 WHERE e.host = :host AND e.host_video_id = replaced_videos.host_video_id)
                          AS named
                      """)
                  .bind("host", host)
                  // One that a row names again, because it was imported back, stays at the host.
                  .map((row, context) -> row.getBoolean("named") ? "" : row.getString(1))
                  .findOne();
          if (due.isPresent() && !due.get().isEmpty()) {
            deletion.delete(due.get());
          }
          return due;
        });
  }
}
