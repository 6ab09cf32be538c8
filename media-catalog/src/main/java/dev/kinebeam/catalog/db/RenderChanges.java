package dev.kinebeam.catalog.db;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What became of renders and bulks, for those who follow them: each change has a number, and
 * whoever has read up to a number has missed none below it.
 */
public final class RenderChanges {
  private final Database database;

  /** Whose changes. */
  public sealed interface Subject {}

  /** Of one render. */
  public record OfRender(UUID renderId) implements Subject {}

  /** Of a bulk and its renders. */
  public record OfBulk(UUID bulkId) implements Subject {}

  /** Of the renders that an organisation asked for. */
  public record OfOrganization(UUID orgId) implements Subject {}

  /** Of all renders and bulks, not of workouts. */
  public record OfAll() implements Subject {}

  /**
   * A change.
   *
   * @param kind the render's new status, or {@code bulk.finished}
   * @param payload JSON
   */
  public record Change(long id, String kind, String payload) {}

  public RenderChanges(Database database) {
    this.database = database;
  }

  /** The number of the newest change of all; 0 when there is none. */
  public long newest() {
    return database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT coalesce(max(change_id), 0) FROM render_changes")
                .mapTo(Long.class)
                .one());
  }

  /** The changes of a subject after the one with this number, in order; at most {@code most}. */
  public List<Change> after(Subject subject, long last, int most) {
    if (subject instanceof OfRender one) {
      return database.inTransaction(
          handle -> changes(handle, "c.render_id = :id", one.renderId(), last, most));
    }
    if (subject instanceof OfBulk bulk) {
      return database.inTransaction(
          handle ->
              changes(
                  handle,
                  """
                  (c.bulk_id = :id OR c.render_id IN
                     (SELECT render_id FROM render_bulk_items WHERE bulk_id = :id))
                  """,
                  bulk.bulkId(),
                  last,
                  most));
    }
    if (subject instanceof OfOrganization org) {
      return database.inOrg(
          org.orgId(),
          handle ->
              changes(
                  handle,
                  """
                  c.render_id IN (SELECT render_id FROM render_requests WHERE org_id = :id)
                  """,
                  org.orgId(),
                  last,
                  most));
    }
    return database.inTransaction(
        handle -> changes(handle, "c.workout_id IS NULL AND :id::uuid IS NULL", null, last, most));
  }

  private static List<Change> changes(
      Handle handle, String whose, @Nullable UUID id, long last, int most) {
    return handle
        .createQuery(
            """
            SELECT c.change_id, c.kind, c.payload::text AS payload FROM render_changes AS c
             WHERE c.change_id > :last AND %s ORDER BY c.change_id LIMIT :most
            """
                .formatted(whose))
        .bind("last", last)
        .bind("id", id)
        .bind("most", most)
        .map(
            (row, context) ->
                new Change(
                    row.getLong("change_id"), row.getString("kind"), row.getString("payload")))
        .list();
  }

  /** Deletes those from before this time, but the newest of all; returns how many. */
  public int dropBefore(Instant time) {
    return database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    DELETE FROM render_changes
                     WHERE at < :time AND change_id < (SELECT max(change_id) FROM render_changes)
                    """)
                .bind("time", time.atOffset(ZoneOffset.UTC))
                .execute());
  }
}
