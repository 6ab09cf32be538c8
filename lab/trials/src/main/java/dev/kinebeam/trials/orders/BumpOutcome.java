package dev.kinebeam.trials.orders;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import java.util.List;

/**
 * What two new asset versions did.
 *
 * @param bumpMillis until the first one was answered
 * @param looks at what patients are shown
 * @param portalAnswers those of the portal among them
 * @param missing looks at which no playable preview, or one of an earlier version, was there
 * @param plays viewings that had begun
 * @param interrupted those of them that were interrupted
 * @param removed renders of earlier versions whose videos were deleted
 * @param left those whose videos are still there
 * @param account of the host and the tables at the end
 * @param seconds of all of it
 * @param surprises anything else that should not be, in words
 */
public record BumpOutcome(
    long bumpMillis,
    long looks,
    long portalAnswers,
    long missing,
    long plays,
    long interrupted,
    long removed,
    long left,
    OrderAccount account,
    double seconds,
    List<String> surprises) {
  private static final int BUMPS = 2;

  /** Whether nothing was missing, interrupted or left over. */
  public boolean isClean() {
    return looks > 0
        && portalAnswers > 0
        && plays > 0
        && removed > 0
        && missing == 0
        && interrupted == 0
        && left == 0
        && account.stuck() == 0
        && account.strays().isEmpty()
        && surprises.isEmpty();
  }

  /** One line. */
  public String json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("drill", "bump");
    json.put("bumps", BUMPS);
    json.put("bump_ms", bumpMillis);
    json.put("looks", looks);
    json.put("portal_answers", portalAnswers);
    json.put("missing_previews", missing);
    json.put("plays", plays);
    json.put("interrupted_plays", interrupted);
    json.put("superseded_removed", removed);
    json.put("superseded_left", left);
    json.put("stuck", account.stuck());
    json.put("strays", account.strays().size());
    json.put("seconds", Math.round(seconds * 10) / 10.0);
    json.put("surprises", surprises.size());
    return json.toString();
  }
}
