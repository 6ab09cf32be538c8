package dev.kinebeam.trials.patients;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.random.RandomGenerator;

/** Ways in which real players get events wrong. */
final class BrokenEvents {
  private static final List<String> KINDS =
      List.of("type", "field", "wrong type", "session", "time", "NaN", "depth");

  private BrokenEvents() {}

  /** JSON text of {@code good} with one thing wrong, which no parser may accept. */
  static String broken(ObjectNode good, RandomGenerator random) {
    ObjectNode event = good.deepCopy();
    event.remove("event_id");
    switch (KINDS.get(random.nextInt(KINDS.size()))) {
      case "type" -> event.put("event", "dance");
      case "field" -> event.remove("session_id");
      case "wrong type" -> event.put("timestamp", 1_771_322_400_000L);
      case "session" -> event.put("session_id", "7");
      case "time" -> event.put("timestamp", "half past nine");
      case "NaN" -> {
        event.put("event", "pause").putObject("data").put("position_seconds", 987654321);
        return event.toString().replace("987654321", "NaN");
      }
      case "depth" -> {
        return event
            .put("deep", "HERE")
            .toString()
            .replace("\"HERE\"", "[".repeat(100) + "]".repeat(100));
      }
      default -> throw new IllegalStateException("no such kind");
    }
    return event.toString();
  }
}
