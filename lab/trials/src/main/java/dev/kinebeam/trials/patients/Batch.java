package dev.kinebeam.trials.patients;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One request of a session.
 *
 * @param ids of the events, by their places in the request; broken ones have none
 * @param repeated how many events are in it a second time
 * @param twice whether the whole request is sent twice
 */
record Batch(
    long atMs, List<String> events, List<String> ids, int repeated, int broken, boolean twice) {

  /** The session's events as requests, with their timestamps and faults. */
  static List<Batch> of(ScriptedSession script, long baseMs, RandomGenerator random) {
    List<Batch> result = new ArrayList<>();
    List<ScriptedEvent> events = script.events();
    for (int from = 0; from < events.size(); ) {
      int to = Math.min(events.size(), from + 1 + random.nextInt(10));
      List<String> texts = new ArrayList<>();
      // By place in the request; broken ones have none.
      List<String> ids = new ArrayList<>();
      int repeated = 0;
      int broken = 0;
      for (ScriptedEvent event : events.subList(from, to)) {
        ObjectNode json = event.json().deepCopy();
        json.put("timestamp", Instant.ofEpochMilli(baseMs + event.atMs()).toString());
        String id = json.get("event_id").textValue();
        texts.add(json.toString());
        ids.add(id);
        if (random.nextInt(25) == 0) {
          texts.add(json.toString());
          ids.add(id);
          repeated++;
        }
        if (random.nextInt(40) == 0) {
          texts.add(BrokenEvents.broken(json, random));
          ids.add("");
          broken++;
        }
      }
      if (random.nextInt(4) == 0) {
        long order = random.nextLong();
        Collections.shuffle(texts, new java.util.Random(order));
        Collections.shuffle(ids, new java.util.Random(order));
      }
      result.add(
          new Batch(
              events.get(to - 1).atMs(), texts, ids, repeated, broken, random.nextInt(8) == 0));
      from = to;
    }
    // Out of order across requests too; the first stays first so that the row's first write has
    // a face, and a session_end may well overtake what came before it.
    for (int i = 2; i < result.size(); i++) {
      if (random.nextInt(8) == 0) {
        Collections.swap(result, i - 1, i);
      }
    }
    return result;
  }
}
