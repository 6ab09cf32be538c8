package dev.kinebeam.trials.personal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import java.util.List;
import java.util.Map;

/**
 * What the drill found.
 *
 * @param videos that were uploaded
 * @param good of them, those with nothing that should keep them from their patient
 * @param completed those replaced later included
 * @param failed by their reasons
 * @param stuck that ended neither way
 * @param doublyActive pairs of patient and exercise with more than one active video
 * @param orphanAssets videos at the host that no row names
 * @param orphanOriginals objects that no row names
 * @param lostOriginals of completed videos
 * @param kills of the worker
 * @param seconds of all of it
 * @param surprises anything else that should not be, in words
 */
public record PersonalVideosOutcome(
    int videos,
    int good,
    int completed,
    Map<String, Integer> failed,
    int stuck,
    int doublyActive,
    int orphanAssets,
    int orphanOriginals,
    int lostOriginals,
    int kills,
    double seconds,
    List<String> surprises) {
  /** The others may meet a host that fails in all of their attempts. */
  private static final double COMPLETED_OF_GOOD = 0.9;

  /**
   * Whether every video ended with its reason, nearly all good ones with their patient, and nothing
   * was left over or lost.
   */
  public boolean isClean() {
    return good > 0
        && completed >= COMPLETED_OF_GOOD * good
        && completed + failed.values().stream().mapToInt(Integer::intValue).sum() == videos
        && stuck == 0
        && doublyActive == 0
        && orphanAssets == 0
        && orphanOriginals == 0
        && lostOriginals == 0
        && surprises.isEmpty();
  }

  /** One line. */
  public String json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("drill", "personal-videos");
    json.put("videos", videos);
    json.put("good", good);
    json.put("completed", completed);
    json.set("failed", Json.MAPPER.valueToTree(failed));
    json.put("stuck", stuck);
    json.put("doubly_active", doublyActive);
    json.put("orphan_assets", orphanAssets);
    json.put("orphan_originals", orphanOriginals);
    json.put("lost_originals", lostOriginals);
    json.put("worker_kills", kills);
    json.put("seconds", Math.round(seconds * 10) / 10.0);
    json.put("surprises", surprises.size());
    return json.toString();
  }
}
