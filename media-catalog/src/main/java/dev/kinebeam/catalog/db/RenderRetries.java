package dev.kinebeam.catalog.db;

import dev.kinebeam.program.retry.RetryPolicy;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Orders that failed for a reason that may pass are given to the composers again, later. */
public final class RenderRetries {
  /** How often an order is tried in all. */
  public static final int ATTEMPTS = 5;

  /** 10, 20, 40 and 80 s, up to half of it taken off at random. */
  static final RetryPolicy DELAYS =
      RetryPolicy.doubling(Duration.ofSeconds(10), Duration.ofSeconds(80));

  private RenderRetries() {}

  /** Queues the render again unless it was tried often enough; returns whether it did. */
  static boolean again(Handle handle, UUID renderId, String error) {
    return handle
        .createQuery(
            """
            UPDATE exercise_renders
               SET status = 'queued', error = :error, sent_at = NULL, sends = 0, step = NULL, percent = NULL,
                   changed_at = now(),
                   -- one that failed before it was begun counts too
                   attempts = attempts + CASE status WHEN 'queued' THEN 1 ELSE 0 END
             WHERE render_id = :id AND status IN ('queued', 'rendering') AND NOT cancelled
               AND attempts < :attempts
            RETURNING lane, attempts
            """)
        .bind("id", renderId)
        .bind("error", error)
        .bind("attempts", ATTEMPTS)
        .map(
            (row, context) -> {
              enter(handle, renderId, row.getString("lane"), delay(row.getInt("attempts")));
              return true;
            })
        .findOne()
        .orElse(false);
  }

  private static Duration delay(int failures) {
    return DELAYS.delay(Math.max(1, failures), Math.random());
  }

  private static void enter(Handle handle, UUID renderId, String lane, Duration delay) {
    handle.execute(
        "SELECT enter_render_order(?, ?, ? * interval '1 millisecond')",
        renderId,
        lane,
        delay.toMillis());
  }
}
