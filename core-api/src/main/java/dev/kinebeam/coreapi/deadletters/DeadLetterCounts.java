package dev.kinebeam.coreapi.deadletters;

import dev.kinebeam.schemas.event.DeadLetter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Counts dead letters by source and reason as {@code kinebeam_dead_letters_total}. Both words are
 * read from a topic, so they are held to a form and to a number of series. Not thread-safe.
 */
final class DeadLetterCounts {
  private static final String COUNTER = "kinebeam.dead.letters";
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_-]{0,39}");

  /** Of words that have no such form, and of pairs beyond the most. */
  private static final String OTHER = "other";

  private final MeterRegistry meters;
  private final int mostPairs;
  private final Set<Pair> pairs = new HashSet<>();

  private record Pair(String source, String reason) {}

  /**
   * No dead letters yet.
   *
   * @param mostPairs of source and reason that are counted apart; all further ones are counted as
   *     one
   */
  DeadLetterCounts(MeterRegistry meters, int mostPairs) {
    this.meters = meters;
    this.mostPairs = mostPairs;
  }

  /** Counts a dead letter, by the value of its record; a value that is none counts as no_letter. */
  void add(byte[] value) {
    Pair pair = pair(value);
    if (!pairs.contains(pair) && pairs.size() >= mostPairs) {
      pair = new Pair(OTHER, OTHER);
    }
    pairs.add(pair);
    meters.counter(COUNTER, "source", pair.source, "reason", pair.reason).increment();
  }

  private static Pair pair(byte[] value) {
    try {
      DeadLetter deadLetter = value == null ? null : DeadLetter.decode(value);
      if (deadLetter != null && deadLetter.reason() != null) {
        return new Pair(word(deadLetter.source()), word(deadLetter.reason().code()));
      }
    } catch (IOException e) {
      return new Pair("unknown", "no_letter");
    }
    return new Pair("unknown", "no_letter");
  }

  private static String word(String text) {
    return text != null && WORD.matcher(text).matches() ? text : OTHER;
  }
}
