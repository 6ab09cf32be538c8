package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.ImportedVideos;
import dev.kinebeam.catalog.db.ImportedVideos.Origin;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.util.Optional;

/**
 * Takes over videos that are at a host already: each becomes an exercise's whole video in a
 * language, after the host has said that it plays.
 */
public record VideoAdoption(ImportedVideos videos, VideoHosts hosts) {
  static final String KIND = "duration_based";

  /**
   * Adopts the video that a row names, of an exercise that was entered before.
   *
   * @param actor whom the audit log names
   * @return whether it was not the exercise's video in this language before
   * @throws IOException when the host cannot be asked now
   */
  boolean adopt(JsonNode row, String actor) throws Refused, IOException {
    String slug = row.path("slug").asText();
    String language = row.path("language").asText();
    String host = row.path("host").asText();
    String id = row.path("hosted_video_id").asText();
    if (!Recipe.isLanguage(language)) {
      throw Refused.conflict(
          "language",
          "bad_format",
          "language is %s; it must be a code such as ro".formatted(language));
    }
    Optional<ImportedVideos.Standing> standing = videos.find(slug, language);
    if (standing.filter(video -> video.hostVideoId().equals(id)).isPresent()) {
      return false;
    }
    ImportedVideos.Hosted hosted = new ImportedVideos.Hosted(host, id, seconds(host, id));
    ImportedVideos.Source source =
        new ImportedVideos.Source(Origin.HOSTED, id, Optional.empty(), Optional.empty());
    String name = row.path("display_name").asText(slug);
    try {
      return videos.adopt(
              new ImportedVideos.Video(slug, name, Optional.empty(), language, hosted, source),
              actor)
          != ImportedVideos.Change.UNCHANGED;
    } catch (ImportedVideos.Conflict e) {
      throw Refused.conflict(e.field(), "not_allowed", String.valueOf(e.getMessage()));
    }
  }

  private double seconds(String host, String id) throws Refused, IOException {
    if (!hosts.names().contains(host)) {
      throw Refused.conflict(
          "host",
          "not_configured",
          "host is %s; this program is configured for %s".formatted(host, hosts.names()));
    }
    HostedStatus status = hosts.named(host).status(id);
    if (status instanceof HostedStatus.Playable playable) {
      return playable.length().toMillis() / 1000.0;
    }
    throw Refused.conflict("hosted_video_id", "not_playable", reason(host, id, status));
  }

  private static String reason(String host, String id, HostedStatus status) {
    String video = "hosted_video_id is " + Fields.cut(id) + ", which " + host + " ";
    if (status instanceof HostedStatus.Gone) {
      return video + "does not know";
    }
    if (status instanceof HostedStatus.Failed failed) {
      return video + "could not make playable: " + failed.reason();
    }
    return video + "is still making playable; import it again later";
  }
}
