package dev.kinebeam.catalog.db;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;

/**
 * Answers from memory whether a patient's events may be taken, for no longer than a stated time
 * after asking. When the store cannot be asked and memory does not know, the gate is shut. Thread-
 * safe.
 */
public final class ConsentGate {
  /** No answer may be older than this, whatever is configured. */
  public static final Duration LONGEST_MEMORY = Duration.ofSeconds(30);

  private static final int MAX_PATIENTS = 200_000;

  private final Source source;
  private final String purpose;
  private final Cache<Key, Boolean> known;

  /** Where the truth is. */
  @FunctionalInterface
  public interface Source {
    /**
     * Whether the patient agrees to the purpose now; throws {@link DatabaseUnavailableException} or
     * {@link JdbiException} when it cannot be read.
     */
    boolean active(UUID orgId, UUID patientId, String purpose);
  }

  /** The gate's answer. */
  public enum Verdict {
    OPEN,
    /** The patient does not agree. */
    REFUSED,
    /** The store cannot be asked: shut as well, but trying later may help. */
    UNKNOWN
  }

  private record Key(UUID orgId, UUID patientId) {}

  private ConsentGate(Source source, String purpose, Duration memory, Ticker ticker) {
    if (memory.isNegative() || memory.isZero() || memory.compareTo(LONGEST_MEMORY) > 0) {
      throw new IllegalArgumentException(
          "consent may be remembered for up to "
              + LONGEST_MEMORY.toSeconds()
              + " s, not for "
              + memory);
    }
    this.source = source;
    this.purpose = purpose;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MAX_PATIENTS)
            .expireAfterWrite(memory)
            .ticker(ticker)
            .build();
  }

  /** A gate for one purpose that remembers answers for {@code memory}, at most 30 s. */
  public static ConsentGate remembering(Duration memory, Source source, String purpose) {
    return new ConsentGate(source, purpose, memory, Ticker.systemTicker());
  }

  static ConsentGate remembering(Duration memory, Source source, String purpose, Ticker ticker) {
    return new ConsentGate(source, purpose, memory, ticker);
  }

  /** Whether the patient's events may be taken. */
  public Verdict check(UUID orgId, UUID patientId) {
    try {
      boolean active =
          known.get(new Key(orgId, patientId), key -> source.active(orgId, patientId, purpose));
      return active ? Verdict.OPEN : Verdict.REFUSED;
    } catch (DatabaseUnavailableException | JdbiException e) {
      return Verdict.UNKNOWN;
    }
  }
}
