package dev.kinebeam.catalog.db;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/**
 * Who is making which render now. A claim holds for the length of a lease from when it was taken or
 * renewed, by the database's clock; after that, or as soon as its worker is known to be dead,
 * another may take it over. Thread-safe, also among programs.
 */
public final class RenderClaims {
  private final Database database;

  /** How a try to claim ended. */
  public sealed interface Attempt {}

  /** The claim is ours. */
  public record Granted() implements Attempt {}

  /** Another worker makes it. */
  public record Held(String worker, Instant since) implements Attempt {}

  private record Standing(UUID planId, String worker, Instant since, boolean expired) {}

  public RenderClaims(Database database) {
    this.database = database;
  }

  /**
   * Tries to take the claim. The same plan of the same worker gets it again.
   *
   * @param worker of this process alone
   * @param title of the video to be
   * @param lease how long it holds without being renewed
   * @param isDead whether a worker is known to have ended without releasing its claim
   */
  public Attempt take(
      UUID renderId,
      UUID planId,
      String worker,
      String title,
      Duration lease,
      Predicate<String> isDead) {
    return database.inTransaction(
        handle -> {
          if (insert(handle, renderId, planId, worker, title, lease)) {
            return new Granted();
          }
          Optional<Standing> found = standing(handle, renderId);
          if (found.isEmpty()) {
            // Released between the two statements: the next attempt gets it.
            return new Held("", Instant.EPOCH);
          }
          Standing standing = found.get();
          boolean ours = standing.worker().equals(worker) && standing.planId().equals(planId);
          if (!ours && !standing.expired() && !isDead.test(standing.worker())) {
            return new Held(standing.worker(), standing.since());
          }
          takeOver(handle, renderId, planId, worker, title, lease);
          return new Granted();
        });
  }

  private static boolean insert(
      Handle handle, UUID renderId, UUID planId, String worker, String title, Duration lease) {
    return handle
            .createUpdate(
                """
                INSERT INTO render_claims (render_id, plan_id, worker, title, expires_at)
                VALUES (:id, :plan, :worker, :title, now() + :seconds * interval '1 second')
                ON CONFLICT DO NOTHING
                """)
            .bind("id", renderId)
            .bind("plan", planId)
            .bind("worker", worker)
            .bind("title", title)
            .bind("seconds", seconds(lease))
            .execute()
        == 1;
  }

  private static Optional<Standing> standing(Handle handle, UUID renderId) {
    return handle
        .createQuery(
            """
            SELECT plan_id, worker, claimed_at, expires_at < now() AS expired
              FROM render_claims WHERE render_id = :id FOR UPDATE
            """)
        .bind("id", renderId)
        .map(
            (row, context) ->
                new Standing(
                    row.getObject("plan_id", UUID.class),
                    row.getString("worker"),
                    row.getObject("claimed_at", OffsetDateTime.class).toInstant(),
                    row.getBoolean("expired")))
        .findOne();
  }

  private static void takeOver(
      Handle handle, UUID renderId, UUID planId, String worker, String title, Duration lease) {
    handle
        .createUpdate(
            """
            UPDATE render_claims
               SET plan_id = :plan, worker = :worker, title = :title, claimed_at = now(),
                   expires_at = now() + :seconds * interval '1 second'
             WHERE render_id = :id
            """)
        .bind("id", renderId)
        .bind("plan", planId)
        .bind("worker", worker)
        .bind("title", title)
        .bind("seconds", seconds(lease))
        .execute();
  }

  /** Makes all claims of a worker hold for a whole lease from now; returns how many they are. */
  public int renew(String worker, Duration lease) {
    return database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE render_claims SET expires_at = now() + :seconds * interval '1 second'
                     WHERE worker = :worker
                    """)
                .bind("worker", worker)
                .bind("seconds", seconds(lease))
                .execute());
  }

  /** Releases the claim; does nothing when it has been taken over. */
  public void release(UUID renderId, UUID planId, String worker) {
    database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    DELETE FROM render_claims
                     WHERE render_id = :id AND plan_id = :plan AND worker = :worker
                    """)
                .bind("id", renderId)
                .bind("plan", planId)
                .bind("worker", worker)
                .execute());
  }

  /**
   * Deletes the claims of workers that are known to be dead, and those that ran out an hour ago and
   * that no worker has taken over.
   *
   * @param isDead whether a worker is known to have ended without releasing its claim
   */
  public void endAbandoned(Predicate<String> isDead) {
    List<String> workers =
        database.inTransaction(
            handle ->
                handle
                    .createQuery("SELECT DISTINCT worker FROM render_claims")
                    .mapTo(String.class)
                    .list());
    List<String> dead = workers.stream().filter(isDead).toList();
    database.inTransaction(
        handle -> {
          handle
              .createUpdate("DELETE FROM render_claims WHERE worker = ANY(:dead)")
              .bind("dead", dead.toArray(new String[0]))
              .execute();
          return handle.execute(
              "DELETE FROM render_claims WHERE expires_at < now() - interval '1 hour'");
        });
  }

  /** The claimed work is done: the plan's claim is deleted in the transaction that records it. */
  static void end(Handle handle, UUID renderId, UUID planId) {
    handle
        .createUpdate("DELETE FROM render_claims WHERE render_id = :id AND plan_id = :plan")
        .bind("id", renderId)
        .bind("plan", planId)
        .execute();
  }

  private static double seconds(Duration lease) {
    return lease.toMillis() / 1000.0;
  }
}
