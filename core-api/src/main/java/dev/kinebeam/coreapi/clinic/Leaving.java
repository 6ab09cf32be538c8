package dev.kinebeam.coreapi.clinic;

import java.util.EnumMap;
import java.util.Map;

/** Why a session ended before its video did, as far as its row and its stalls show it. */
enum Leaving {
  /** A fatal error ended it. */
  ERROR,
  /** It ended during a stall, or within ten seconds of one. */
  STALL,
  /** Nothing came any more: the browser was closed without a word, or lay paused. */
  SILENCE,
  /** The patient left while everything worked. */
  STOP;

  /** When the last stall of each session was over, for {@link #CASE}; %s says of which sessions. */
  static final String LAST_STALLS =
      """
      SELECT b.session_id, max(coalesce(b.ended_at, 'infinity')) AS over_at
        FROM media_buffering_events b
       WHERE b.started_at >= :from - interval '10 minutes'
         AND b.started_at < :to + interval '1 day' AND %s
       GROUP BY b.session_id
      """;

  /** The word of a session {@code s} that has left-joined {@code l}, its last stall. */
  static final String CASE =
      """
      CASE WHEN s.status = 'completed' THEN NULL
           WHEN s.fatal_error OR s.status = 'error' THEN 'error'
           WHEN l.over_at >= s.last_event_at - interval '10 seconds' THEN 'stall'
           WHEN s.ended_by = 'timeout' THEN 'silence'
           ELSE 'stop' END\
      """;

  /** How many left for each reason. */
  record Causes(long error, long stall, long silence, long stop) {}

  /** Adds up. */
  static final class Tally {
    private final Map<Leaving, Long> counts = new EnumMap<>(Leaving.class);

    void add(Leaving cause, long number) {
      counts.merge(cause, number, Long::sum);
    }

    void add(Tally other) {
      other.counts.forEach(this::add);
    }

    Causes causes() {
      return new Causes(of(ERROR), of(STALL), of(SILENCE), of(STOP));
    }

    private long of(Leaving cause) {
      return counts.getOrDefault(cause, 0L);
    }
  }
}
