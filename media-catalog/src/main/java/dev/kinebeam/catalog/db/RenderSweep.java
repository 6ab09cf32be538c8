package dev.kinebeam.catalog.db;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Looks after renders that have been in a state that is not final for longer than it may last. What
 * a batch makes that a person started is left to that person for as long as an order may take.
 *
 * @param sentWithin how long an order may be on its way to a composer before it is sent again;
 *     twice as long after each time, since composers that are down find all of them
 * @param renderingWithin how long a composer may take without a sign of life: a change of step, or
 *     a claim that is renewed
 * @param endedWithin how long after it was ordered a render must have ended
 */
public record RenderSweep(Duration sentWithin, Duration renderingWithin, Duration endedWithin) {
  public static final RenderSweep USUAL =
      new RenderSweep(Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(24));

  /**
   * What a sweep did.
   *
   * @param sentAgain orders whose composer gave no sign of life
   * @param failed renders that did not end in time, or were tried often enough
   */
  public record Swept(int sentAgain, int failed) {}

  /** Sweeps once. */
  public Swept run(Database database) {
    return database.inTransaction(
        handle -> {
          RenderLocks.takeIdle(
              handle, sentWithin.compareTo(renderingWithin) < 0 ? sentWithin : renderingWithin);
          int failed = fail(handle);
          List<UUID> stuck = stuck(handle);
          stuck.forEach(id -> enter(handle, id));
          return new Swept(stuck.size(), failed);
        });
  }

  private int fail(Handle handle) {
    return handle
        .createQuery(
            """
            WITH late AS (
              UPDATE exercise_renders AS r
                 SET status = 'failed', retryable = true, finished_at = now(), changed_at = now(),
                     error = CASE WHEN r.queued_at < now() - :ended * interval '1 second'
                             THEN 'it was not made within the longest time; ask again. '
                             ELSE 'composers began it ' || r.attempts || ' times and none ended; '
                             END || coalesce('The last attempt: ' || r.error, '')
               WHERE r.status IN ('queued', 'rendering')
                 AND NOT EXISTS (SELECT FROM render_claims AS c
                                  WHERE c.render_id = r.render_id AND c.expires_at > now())
                 AND (r.queued_at < now() - :ended * interval '1 second'
                          AND r.changed_at < now() - :rendering * interval '1 second'
                      OR r.status = 'rendering' AND r.sent_at IS NOT NULL
                         AND r.attempts >= :attempts
                         AND r.changed_at < now() - :rendering * interval '1 second')
              RETURNING r.render_id),
            removed AS (
              DELETE FROM render_outbox AS o USING late WHERE o.render_id = late.render_id)
            SELECT count(*) FROM late
            """)
        .bind("ended", endedWithin.toSeconds())
        .bind("rendering", renderingWithin.toSeconds())
        .bind("attempts", RenderRetries.ATTEMPTS)
        .mapTo(Integer.class)
        .one();
  }

  /** Those that neither the outbox nor a living composer has. */
  private List<UUID> stuck(Handle handle) {
    return handle
        .createQuery(
            """
            UPDATE exercise_renders AS r
               SET status = 'queued', sent_at = NULL, step = NULL, percent = NULL,
                   changed_at = now()
             WHERE (r.status = 'queued'
                       AND coalesce(r.sent_at, r.changed_at)
                           < now() - :sent * interval '1 second'
                                     * power(2, least(10, greatest(0, r.sends - 1)))
                    OR r.status = 'rendering' AND r.sent_at IS NOT NULL
                       AND r.changed_at < now() - :rendering * interval '1 second')
               AND NOT EXISTS (SELECT FROM render_outbox AS o WHERE o.render_id = r.render_id)
               AND NOT EXISTS (SELECT FROM render_claims AS c
                                WHERE c.render_id = r.render_id AND c.expires_at > now())
            RETURNING r.render_id
            """)
        .bind("sent", sentWithin.toSeconds())
        .bind("rendering", renderingWithin.toSeconds())
        .mapTo(UUID.class)
        .list();
  }

  private static void enter(Handle handle, UUID renderId) {
    handle.execute(
        """
        SELECT enter_render_order(render_id, lane, interval '0')
          FROM exercise_renders WHERE render_id = ?
        """,
        renderId);
  }
}
