package dev.kinebeam.coreapi.automations;

import dev.kinebeam.program.observability.Metrics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the relay of automations has come, as the database has it: any gateway sees when the one
 * that relays stands still. Every gateway exports the same figures.
 */
public final class FeedState {
  private static final State UNKNOWN = new State(null, Double.NaN, null);

  private volatile State state = UNKNOWN;

  private record State(
      @Nullable Instant lastPublished, double pending, @Nullable Instant oldestPending) {}

  /** Reads it anew. */
  public void read(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT * FROM automation_feed_state()");
        ResultSet row = query.executeQuery()) {
      state =
          row.next()
              ? new State(
                  instant(row.getTimestamp("last_published_at")),
                  row.getLong("pending"),
                  instant(row.getTimestamp("oldest_pending_at")))
              : UNKNOWN;
    }
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }

  /** Exports it, and whether this gateway is the one that relays. */
  public Metrics.Registration export(Metrics metrics, AutomationFeed feed) {
    List<Metrics.Registration> all =
        List.of(
            metrics.gauge(
                "kinebeam_relay_last_change_timestamp_seconds",
                "When the newest published change of an automation was made, in seconds since 1970;"
                    + " 0 when there was none.",
                Map.of(),
                this::lastPublishedSeconds),
            metrics.gauge(
                "kinebeam_relay_pending_changes",
                "Changes of automations that are not published yet.",
                Map.of(),
                () -> state.pending),
            metrics.gauge(
                "kinebeam_relay_oldest_pending_seconds",
                "How long the oldest unpublished change has waited; 0 when none waits.",
                Map.of(),
                this::oldestPendingSeconds),
            metrics.gauge(
                "kinebeam_relay_leader",
                "1 in the Core API that relays, 0 in those that stand by.",
                Map.of(),
                () -> feed.relays() ? 1 : 0));
    return () -> all.forEach(Metrics.Registration::close);
  }

  private double lastPublishedSeconds() {
    State now = state;
    if (Double.isNaN(now.pending)) {
      return Double.NaN;
    }
    return now.lastPublished == null ? 0 : now.lastPublished.toEpochMilli() / 1000.0;
  }

  private double oldestPendingSeconds() {
    State now = state;
    if (Double.isNaN(now.pending)) {
      return Double.NaN;
    }
    return now.oldestPending == null
        ? 0
        : Math.max(0, Duration.between(now.oldestPending, Instant.now()).toMillis() / 1000.0);
  }
}
