package dev.kinebeam.catalog.db;

import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Locks the rows of several renders until the transaction ends, always in the order of their ids
 * and before their entries of the outbox, so that two transactions never wait for each other.
 */
final class RenderLocks {
  private RenderLocks() {}

  static void take(Handle handle, UUID... renders) {
    handle
        .createQuery(
            """
            SELECT render_id FROM exercise_renders WHERE render_id = ANY(:renders)
             ORDER BY render_id FOR UPDATE
            """)
        .bind("renders", renders)
        .mapTo(UUID.class)
        .list();
  }

  /** Those that have not ended and whose row was not changed for so long. */
  static void takeIdle(Handle handle, Duration unchanged) {
    handle
        .createQuery(
            """
            SELECT render_id FROM exercise_renders
             WHERE status IN ('queued', 'rendering')
               AND changed_at < now() - :unchanged * interval '1 second'
             ORDER BY render_id FOR UPDATE
            """)
        .bind("unchanged", unchanged.toSeconds())
        .mapTo(UUID.class)
        .list();
  }
}
