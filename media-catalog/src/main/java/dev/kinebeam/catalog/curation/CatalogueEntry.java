package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Exercises;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An exercise as those who curate it see it.
 *
 * @param revision counts its changes
 */
public record CatalogueEntry(
    UUID id,
    Key key,
    Exercises.Status status,
    int revision,
    ExerciseContent content,
    Video video,
    History history) {

  /**
   * What never changes of it.
   *
   * @param organisation empty for an exercise that is for all
   */
  public record Key(String slug, Exercises.Kind kind, Optional<UUID> organisation) {}

  /**
   * Its videos.
   *
   * @param mediaId what players send for it
   * @param previews a list of what patients see: language, render_id, asset_version
   * @param ordered a list of previews that are being made: language, render_id, asset_version,
   *     status, error
   */
  public record Video(
      String mediaId,
      int assetVersion,
      Optional<UUID> catalogRenderId,
      JsonNode previews,
      JsonNode ordered) {}

  /**
   * What became of it.
   *
   * @param publishError why the last publish ended as a draft again
   * @param replacedBy the exercise that it was merged into
   */
  public record History(
      Optional<String> publishError,
      Optional<UUID> replacedBy,
      Instant createdAt,
      String createdBy,
      Instant updatedAt,
      String updatedBy) {}
}
