package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Segment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The video that a session played, for the replay.
 *
 * @param renderId null of a personal video
 * @param playbackPath where its signed address is asked for
 * @param playable whether it is at its host; one that was replaced may be deleted
 * @param language null where it is not known
 * @param segments with the repetitions of each set; empty for a whole video
 */
record SessionVideo(
    @Nullable UUID renderId,
    String playbackPath,
    boolean playable,
    @Nullable String language,
    @Nullable Double durationSeconds,
    List<Segment> segments) {
  SessionVideo {
    segments = List.copyOf(segments);
  }

  /**
   * A whole video is played without a render's id by players that know the media id alone; that of
   * a personal video is of its patient's sessions alone.
   */
  private static final String VIDEO =
      """
      SELECT r.render_id, r.status = 'ready' AS playable, r.language, r.duration_seconds,
             r.segments::text AS segments, NULL::bigint AS personal_video
        FROM exercise_renders AS r
       WHERE r.render_id = :render
      UNION ALL
      (SELECT r.render_id, true, r.language, r.duration_seconds, r.segments::text,
              NULL
         FROM exercises AS e JOIN exercise_renders AS r USING (exercise_id)
        WHERE :render::uuid IS NULL AND e.media_id = :media AND r.recipe_hash = '_imported'
          AND r.status = 'ready'
        ORDER BY r.asset_version DESC, r.language LIMIT 1)
      UNION ALL
      SELECT NULL, v.hosted_id IS NOT NULL, NULL, v.duration_seconds, NULL, v.id
        FROM personalized_exercise_videos AS v
       WHERE :render::uuid IS NULL AND v.media_id = :media AND v.patient_id = :patient
         AND v.status IN ('COMPLETED', 'INACTIVE')
      """;

  /** Empty where the session names no video that the catalogue knows. */
  static Optional<SessionVideo> find(
      Handle handle, UUID patient, @Nullable UUID render, @Nullable String media) {
    return handle
        .createQuery(VIDEO)
        .bind("patient", patient)
        .bind("render", render)
        .bind("media", media)
        .map((row, context) -> of(row))
        .findFirst();
  }

  private static SessionVideo of(ResultSet row) throws SQLException {
    String segments = row.getString("segments");
    UUID render = row.getObject("render_id", UUID.class);
    return new SessionVideo(
        render,
        "/v1/videos/"
            + (render != null ? render : "personal/" + row.getLong("personal_video"))
            + "/playback",
        row.getBoolean("playable"),
        row.getString("language"),
        row.getObject("duration_seconds", Double.class),
        segments == null ? List.of() : segments(segments));
  }

  private static List<Segment> segments(String json) throws SQLException {
    try {
      return Json.MAPPER.readValue(json, new TypeReference<List<Segment>>() {});
    } catch (JsonProcessingException e) {
      throw new SQLException("a render's segments are JSON of another shape", e);
    }
  }
}
