package dev.kinebeam.trials.orders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.servers.ApiCaller;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Looks again and again at what patients are shown of one published exercise: in the table, and in
 * the portal while that answers.
 */
final class PreviewWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(50);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final String SHOWN =
      """
      SELECT p.render_id, p.asset_version, r.status = 'ready' AND r.host_video_id IS NOT NULL AS plays
        FROM exercises AS e
        LEFT JOIN exercise_previews AS p USING (exercise_id)
        LEFT JOIN exercise_renders AS r ON r.render_id = p.render_id
       WHERE e.slug = ? AND e.status = 'published'
      """;

  private final DataSource owner;
  private final ApiCaller patient;
  private final String exercise;
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong portalAnswers = new AtomicLong();
  private final List<String> missing = new CopyOnWriteArrayList<>();
  private final List<Future<?>> running;
  private volatile Shown shown = new Shown(new UUID(0, 0), 0);

  /** What the table had last. */
  record Shown(UUID render, int assetVersion) {}

  /** Begins; the exercise must be published. */
  PreviewWatch(OrderEnvironment environment, String exercise) {
    this.owner = environment.owner();
    this.patient = environment.patient();
    this.exercise = exercise;
    this.running = List.of(threads.submit(this::watchTable), threads.submit(this::watchPortal));
  }

  private Void watchTable() throws SQLException, InterruptedException {
    try (Connection database = owner.getConnection();
        PreparedStatement look = database.prepareStatement(SHOWN)) {
      look.setString(1, exercise);
      while (!stop.get()) {
        try (ResultSet row = look.executeQuery()) {
          see(row);
        }
        looks.incrementAndGet();
        TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
      }
    }
    return null;
  }

  private void see(ResultSet row) throws SQLException {
    if (!row.next() || !row.getBoolean("plays")) {
      missing.add("the table has no playable preview behind that of version " + version());
      return;
    }
    Shown now = new Shown(row.getObject("render_id", UUID.class), row.getInt("asset_version"));
    if (now.assetVersion() < version()) {
      missing.add("version " + now.assetVersion() + " was shown after version " + version());
    }
    shown = now;
  }

  private Void watchPortal() throws InterruptedException {
    while (!stop.get()) {
      try {
        HttpResponse<String> answer =
            patient.get("/v1/portal/exercises?q=" + exercise, ANSWER_WITHIN);
        if (answer.statusCode() == 200) {
          portalAnswers.incrementAndGet();
          if (!isPlayable(Json.MAPPER.readTree(answer.body()).path("exercises"))) {
            missing.add("the portal shows no preview: " + answer.body());
          }
        }
      } catch (IOException killed) {
        // The Core API is unavailable for a while: the table is looked at meanwhile.
        TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
      }
      TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
    }
    return null;
  }

  private boolean isPlayable(JsonNode exercises) {
    for (JsonNode one : exercises) {
      if (one.path("slug").asText().equals(exercise)) {
        return one.path("playback_hls_url").isTextual();
      }
    }
    return false;
  }

  private int version() {
    return shown.assetVersion();
  }

  /** What patients are shown; empty before the first look. */
  Optional<Shown> shown() {
    return Optional.of(shown).filter(any -> any.assetVersion() > 0);
  }

  /** What was not there, in words. */
  List<String> missing() {
    return missing;
  }

  /** How often the table was looked at. */
  long looks() {
    return looks.get();
  }

  /** How often the portal answered. */
  long portalAnswers() {
    return portalAnswers.get();
  }

  /** Ends; fails when it could not look. */
  void stop() throws Exception {
    stop.set(true);
    for (Future<?> one : running) {
      one.get();
    }
  }

  @Override
  public void close() {
    stop.set(true);
    threads.shutdownNow();
  }
}
