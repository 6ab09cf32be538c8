package dev.kinebeam.catalog.db;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Videos on their way to a host, which no row of the render cache names yet. Each is noted before
 * the host is asked to create it, and its id before its file is sent, so that whatever ends the
 * order otherwise (a failure, a lost claim, a killed process) leaves nothing at the host that is
 * not known here. Thread-safe, also among programs.
 */
public final class CreatedVideos {
  private static final int MAX_AT_ONCE = 1_000;

  /**
   * Whether the worker that makes a video may still record it. When the database was unavailable
   * for longer than a lease, workers that live have had no chance to renew theirs: they get the
   * time of several renewals. Claims of workers that are known to be dead are {@linkplain
   * RenderClaims#endAbandoned deleted}.
   */
  private static final String CLAIM_HOLDS =
      """
      EXISTS (SELECT FROM render_claims AS c
               WHERE c.render_id = v.render_id AND c.plan_id = v.plan_id
                 AND c.expires_at > now() - interval '5 minutes')
      """;

  private final Database database;

  /**
   * A video to be and the claim under which it is made.
   *
   * @param title of one video within the collection
   */
  public record Creation(
      String host, String collection, String title, UUID renderId, UUID planId) {}

  /**
   * A video whose claim has ended without that it was recorded.
   *
   * @param hostVideoId empty when its worker ended before it could note the host's answer
   */
  public record Leftover(Creation creation, Optional<String> hostVideoId) {}

  public CreatedVideos(Database database) {
    this.database = database;
  }

  /** The host is about to be asked; a row of the same title, of an earlier claim, is taken over. */
  public void creating(Creation video) {
    note(video, Optional.empty());
  }

  /** The video is at the host, created by this claim or found there. */
  public void created(Creation video, String hostVideoId) {
    note(video, Optional.of(hostVideoId));
  }

  private void note(Creation video, Optional<String> hostVideoId) {
    database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    INSERT INTO created_videos AS v
                           (host, collection, title, host_video_id, render_id, plan_id)
                    VALUES (:host, :collection, :title, :video, :render, :plan)
                    ON CONFLICT (host, collection, title) DO UPDATE
                       SET host_video_id = excluded.host_video_id,
                           render_id = excluded.render_id, plan_id = excluded.plan_id
                    """)
                .bind("host", video.host())
                .bind("collection", video.collection())
                .bind("title", video.title())
                .bind("video", hostVideoId.orElse(null))
                .bind("render", video.renderId())
                .bind("plan", video.planId())
                .execute());
  }

  /**
   * Whether this claim made the video and no other process has taken it from the claim since. The
   * row stays locked until the transaction ends, so that it is not removed while it is recorded.
   */
  static boolean isOf(Handle handle, UUID planId, String host, String hostVideoId) {
    return handle
        .createQuery(
            """
            SELECT 1 FROM created_videos
             WHERE host = :host AND host_video_id = :video AND plan_id = :plan FOR UPDATE
            """)
        .bind("host", host)
        .bind("video", hostVideoId)
        .bind("plan", planId)
        .mapTo(Integer.class)
        .findFirst()
        .isPresent();
  }

  /** A row of the render cache names the video now. */
  static void recorded(Handle handle, String host, String hostVideoId) {
    handle
        .createUpdate("DELETE FROM created_videos WHERE host = :host AND host_video_id = :video")
        .bind("host", host)
        .bind("video", hostVideoId)
        .execute();
  }

  /**
   * The claim ends without that its video was recorded: it is due for deletion from now on.
   *
   * @return the host's id of it; empty when there is none to delete, because the host was not
   *     asked, another claim has taken it over, or a row names it
   */
  public Optional<String> giveUp(Creation video) {
    return database.inTransaction(
        handle -> {
          Optional<String> id =
              handle
                  .createQuery(
                      """
                      DELETE FROM created_videos
                       WHERE host = :host AND collection = :collection AND title = :title
                         AND plan_id = :plan AND host_video_id IS NOT NULL
                      RETURNING host_video_id
                      """)
                  .bind("host", video.host())
                  .bind("collection", video.collection())
                  .bind("title", video.title())
                  .bind("plan", video.planId())
                  .mapTo(String.class)
                  .findOne()
                  .filter(found -> !ReplacedVideos.isNamed(handle, video.host(), found));
          id.ifPresent(
              found -> ReplacedVideos.noteDue(handle, video.host(), found, video.renderId()));
          return id;
        });
  }

  /**
   * What claims have left that ended, or that ran out five minutes ago, the oldest first; at most a
   * thousand.
   */
  public List<Leftover> leftovers(String host) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT collection, title, host_video_id, render_id, plan_id
                      FROM created_videos AS v
                     WHERE host = :host AND NOT %s
                     ORDER BY created_at LIMIT :most
                    """
                        .formatted(CLAIM_HOLDS))
                .bind("host", host)
                .bind("most", MAX_AT_ONCE)
                .map(
                    (row, context) ->
                        new Leftover(
                            new Creation(
                                host,
                                row.getString("collection"),
                                row.getString("title"),
                                row.getObject("render_id", UUID.class),
                                row.getObject("plan_id", UUID.class)),
                            Optional.ofNullable(row.getString("host_video_id"))))
                .list());
  }

  /**
   * Passes a leftover on to {@link ReplacedVideos}, due at once, and ends its expired claim; does
   * nothing when another claim has taken it over meanwhile.
   *
   * @param hostVideoIds of all videos of its title at the host
   */
  public void remove(Leftover leftover, List<String> hostVideoIds) {
    Creation video = leftover.creation();
    database.inTransaction(
        handle -> {
          int removed =
              handle
                  .createUpdate(
                      """
                      DELETE FROM created_videos AS v
                       WHERE host = :host AND collection = :collection AND title = :title
                         AND plan_id = :plan AND NOT %s
                      """
                          .formatted(CLAIM_HOLDS))
                  .bind("host", video.host())
                  .bind("collection", video.collection())
                  .bind("title", video.title())
                  .bind("plan", video.planId())
                  .execute();
          if (removed > 0) {
            hostVideoIds.forEach(
                id -> ReplacedVideos.noteDue(handle, video.host(), id, video.renderId()));
            RenderClaims.end(handle, video.renderId(), video.planId());
          }
          return null;
        });
  }
}
