package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.RetryingReader;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Thresholds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every organisation's thresholds, no older than {@link #MEMORY} while the database answers. While
 * it does not, the last ones known hold, and that is logged once; the very first are waited for.
 * Not thread-safe.
 */
final class ThresholdsReader {
  /** A change takes effect within this and one step of judging. */
  static final Duration MEMORY = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(ThresholdsReader.class);
  private static final String ALL =
      """
      SELECT org_id, rule, enabled, threshold, min_sessions, ttfb_limit_ms, min_ratio
        FROM alert_thresholds
      """;

  private final RetryingReader reader;
  private final LongSupplier nanoTime;
  private Map<UUID, Thresholds> known;
  private long readAt;
  private boolean failing;

  ThresholdsReader(DatabaseSettings database, Duration timeout, LongSupplier nanoTime) {
    this.reader = RetryingReader.of(database, timeout);
    this.nanoTime = nanoTime;
  }

  /** What {@code orgId} has set, with defaults for the rest. */
  Thresholds of(UUID orgId) throws SQLException, InterruptedException {
    if (known == null) {
      known = reader.read(ThresholdsReader::all);
      readAt = nanoTime.getAsLong();
    } else if (nanoTime.getAsLong() - readAt >= MEMORY.toNanos()) {
      readAt = nanoTime.getAsLong();
      readAgain();
    }
    return known.getOrDefault(orgId, Thresholds.DEFAULT);
  }

  private void readAgain() {
    try {
      known = reader.readOnce(ThresholdsReader::all);
      failing = false;
    } catch (SQLException e) {
      if (!failing) {
        LOG.warn("thresholds cannot be read; the last ones known hold: {}", e.getMessage());
      }
      failing = true;
    }
  }

  private static Map<UUID, Thresholds> all(Handle handle) {
    Map<UUID, Thresholds> none = new HashMap<>();
    return handle.createQuery(ALL).reduceResultSet(none, (known, row, context) -> with(known, row));
  }

  private static Map<UUID, Thresholds> with(Map<UUID, Thresholds> known, ResultSet row)
      throws SQLException {
    UUID orgId = row.getObject("org_id", UUID.class);
    Thresholds.Limit limit =
        new Thresholds.Limit(
            row.getBoolean("enabled"), row.getDouble("threshold"), row.getInt("min_sessions"));
    Thresholds before = known.getOrDefault(orgId, Thresholds.DEFAULT);
    known.put(
        orgId,
        switch (AlertRule.of(row.getString("rule"))) {
          case CDN_ISSUE -> before.withCdnIssue(limit, row.getLong("ttfb_limit_ms"));
          case CONTENT_QUALITY -> before.withContentQuality(limit);
          case NETWORK_DEGRADATION ->
              before.withNetworkDegradation(limit, row.getDouble("min_ratio"));
        });
    return known;
  }
}
