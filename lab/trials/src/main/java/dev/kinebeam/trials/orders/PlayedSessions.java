package dev.kinebeam.trials.orders;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * The rows of sessions that the pipeline would have of the drill's players: one that plays sends
 * events, and one that has ended did so more than an hour ago.
 */
final class PlayedSessions implements AutoCloseable {
  private static final Duration EVENTS_EVERY = Duration.ofSeconds(1);
  private static final String BEGIN =
      """
      INSERT INTO media_session_metrics
        (session_id, org_id, patient_id, render_id, started_at, last_event_at, status,
         started_playing, watched_duration_seconds, completion_percent, max_position_seconds,
         plays, pauses, seeks, milestone_percent, heartbeats, buffering_count,
         total_buffering_duration_ms, stall_count, stall_duration_ms, bitrate_switches,
         resolution_switches, dropped_frames, total_frames, error_count, error_types, fatal_error,
         events_seen, events_missing, counters_disagree, metrics_version)
      VALUES (?, ?, ?, ?, now(), now(), 'playing', true, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
              0, 0, 0, '{}', false, 1, 0, false, 1)
      """;

  private final DataSource owner;
  private final UUID organisation = UUID.randomUUID();
  private final Map<UUID, UUID> playing = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> events;

  PlayedSessions(DataSource owner) throws SQLException {
    this.owner = owner;
    try (Connection database = owner.getConnection();
        Statement statement = database.createStatement()) {
      statement.execute("SELECT ensure_media_partitions(now(), 1, 1)");
    }
    long pause = EVENTS_EVERY.toMillis();
    events = thread.scheduleWithFixedDelay(this::send, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** A player begins a render; returns its session. */
  UUID begin(UUID render) throws SQLException {
    UUID session = UUID.randomUUID();
    try (Connection database = owner.getConnection();
        PreparedStatement insert = database.prepareStatement(BEGIN)) {
      insert.setObject(1, session);
      insert.setObject(2, organisation);
      insert.setObject(3, UUID.randomUUID());
      insert.setObject(4, render);
      insert.executeUpdate();
    }
    playing.put(session, render);
    return session;
  }

  /** It has ended, and an hour has passed; no event comes after its end. */
  synchronized void end(UUID session) throws SQLException {
    playing.remove(session);
    update(new UUID[] {session}, "now() - interval '61 minutes'");
  }

  private synchronized void send() {
    try {
      update(playing.keySet().toArray(new UUID[0]), "now()");
    } catch (SQLException e) {
      throw new IllegalStateException("the sessions' events cannot be recorded", e);
    }
  }

  private void update(UUID[] sessions, String lastEvent) throws SQLException {
    try (Connection database = owner.getConnection();
        PreparedStatement update =
            database.prepareStatement(
                "UPDATE media_session_metrics SET last_event_at = "
                    + lastEvent
                    + " WHERE session_id = ANY(?)")) {
      Array ids = database.createArrayOf("uuid", sessions);
      update.setArray(1, ids);
      update.executeUpdate();
    }
  }

  /** Fails when events could not be recorded. */
  void requireAlive() {
    if (events.isDone()) {
      throw new IllegalStateException("the sessions' events are not recorded any more");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
