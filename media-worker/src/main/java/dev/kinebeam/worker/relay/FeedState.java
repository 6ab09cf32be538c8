package dev.kinebeam.worker.relay;

import dev.kinebeam.program.observability.Metrics;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * How far the relay of automations has come, as the database has it: any worker sees when the one
 * that relays stands still. Every worker exports the same figures.
 */
public final class FeedState {
  private static final State UNKNOWN = new State(null, Double.NaN, null);

  private volatile State state = UNKNOWN;

  private record State(
      @Nullable Instant lastPublished, double pending, @Nullable Instant oldestPending) {}

  /** Reads it anew. */
  public void read(Handle handle) {
    state =
        handle
            .createQuery("SELECT * FROM automation_feed_state()")
            .map((row, context) -> state(row))
            .findOne()
            .orElse(UNKNOWN);
  }

  private static State state(ResultSet row) throws SQLException {
    return new State(
        instant(row, "last_published_at"),
        row.getLong("pending"),
        instant(row, "oldest_pending_at"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /** Exports it, and whether this worker is the one that relays. */
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
                "1 in the worker that relays changes of automations, 0 in those that stand by.",
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
