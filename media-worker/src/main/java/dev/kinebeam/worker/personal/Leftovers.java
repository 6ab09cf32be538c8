package dev.kinebeam.worker.personal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Originals and hosted videos that no row names any more, by the database's functions, which the
 * worker and {@code kinebeam_maintenance} may call. Every method runs in the handle's transaction.
 */
public final class Leftovers {
  private Leftovers() {}

  /**
   * What is to be deleted.
   *
   * @param storageKey of the original; empty where that stays
   * @param hosted empty where it was never given to a host
   */
  public record Leftover(
      long id, long videoId, Optional<String> storageKey, Optional<Hosted> hosted) {}

  /**
   * A video at a host.
   *
   * @param id empty where the copy was not recorded: it may be there under its title
   */
  public record Hosted(String host, Optional<String> id, String title) {}

  /**
   * A video of which something is still to be deleted.
   *
   * @param reason of the last failure
   */
  public record Left(long videoId, Optional<String> reason) {
    @Override
    public String toString() {
      return "video " + videoId + ": " + reason.orElse("not deleted yet");
    }
  }

  /**
   * A patient's video.
   *
   * @param etag of the version that was completed; empty while none was
   */
  public record Video(
      long id, Optional<String> storageKey, Optional<String> etag, String contentType) {}

  /** Gives out those that are due, which are not due again for a while. */
  static List<Leftover> takeDue(Handle handle, int most) {
    return handle
        .createQuery("SELECT * FROM take_personal_video_leftovers(:most)")
        .bind("most", most)
        .map((row, context) -> leftover(row))
        .list();
  }

  /** Gives out those of these videos, due or not. */
  static List<Leftover> take(Handle handle, Collection<Long> videos, int most) {
    return handle
        .createQuery("SELECT * FROM take_personal_video_leftovers(:most, :videos)")
        .bind("most", most)
        .bind("videos", videos.toArray(new Long[0]))
        .map((row, context) -> leftover(row))
        .list();
  }

  private static Leftover leftover(ResultSet row) throws SQLException {
    String host = row.getString("host");
    return new Leftover(
        row.getLong("leftover_id"),
        row.getLong("video_id"),
        Optional.ofNullable(row.getString("storage_key")),
        host == null
            ? Optional.empty()
            : Optional.of(
                new Hosted(
                    host,
                    Optional.ofNullable(row.getString("hosted_id")),
                    row.getString("title"))));
  }

  /** Whether a row names the original again. */
  static boolean keepsOriginal(Handle handle, long video, String key) {
    return handle
        .createQuery("SELECT personal_video_keeps_original(:video, :key)")
        .bind("video", video)
        .bind("key", key)
        .mapTo(Boolean.class)
        .one();
  }

  /** What it stands for was deleted. */
  static void settle(Handle handle, long leftover) {
    handle.execute("SELECT settle_personal_video_leftover(?)", leftover);
  }

  /** Why it was not deleted. */
  static void note(Handle handle, long leftover, String reason) {
    handle.execute("SELECT note_personal_video_leftover(?, ?)", leftover, reason);
  }

  /** What is still to be deleted of videos that have no row any more. */
  public static List<Left> ofErased(Handle handle, int most) {
    return handle
        .createQuery("SELECT * FROM erased_personal_videos_left(:most)")
        .bind("most", most)
        .map(
            (row, context) ->
                new Left(row.getLong("video_id"), Optional.ofNullable(row.getString("failure"))))
        .list();
  }

  /** The videos that a patient has rows of. */
  public static List<Video> videos(Handle handle, UUID org, UUID patient) {
    return handle
        .createQuery("SELECT * FROM patient_personal_videos(:org, :patient)")
        .bind("org", org)
        .bind("patient", patient)
        .map(
            (row, context) ->
                new Video(
                    row.getLong("video_id"),
                    Optional.ofNullable(row.getString("storage_key")),
                    Optional.ofNullable(row.getString("etag")),
                    row.getString("content_type")))
        .list();
  }
}
