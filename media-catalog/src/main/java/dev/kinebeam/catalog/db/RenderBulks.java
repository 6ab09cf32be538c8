package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Orders of many renders at once. Thread-safe, also among programs. */
public final class RenderBulks {
  private static final int SHOWN_FAILURES = 100;

  private final Database database;

  /** A render of a bulk that failed. */
  public record Failure(UUID renderId, String error, boolean retryable) {}

  /**
   * How far a bulk is.
   *
   * @param counts of its renders, by their status; those that were removed since were ready
   * @param failures the first hundred
   * @param finishedAt when the last of its renders was ready or failed
   */
  public record Bulk(
      UUID id,
      Instant orderedAt,
      Optional<Instant> cancelledAt,
      Optional<Instant> finishedAt,
      Map<Render.Status, Integer> counts,
      List<Failure> failures) {
    /** All of its renders. */
    public int total() {
      return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Those that are ready or failed. */
    public int ended() {
      return counts.getOrDefault(Render.Status.READY, 0)
          + counts.getOrDefault(Render.Status.FAILED, 0);
    }

    /** How long it presumably takes, at the speed until now; empty before the first has ended. */
    public Optional<Duration> remaining(Instant now) {
      int ended = ended();
      if (finishedAt.isPresent() || ended == 0) {
        return Optional.empty();
      }
      Duration elapsed = Duration.between(orderedAt, now);
      return Optional.of(elapsed.multipliedBy(total() - ended).dividedBy(ended));
    }
  }

  public RenderBulks(Database database) {
    this.database = database;
  }

  /**
   * Orders them all, in one transaction: those that are ready count as done, those that are queued
   * or being made are joined. They are served in no particular order.
   *
   * @param by whose order it is
   * @return the bulk's id
   * @throws UnknownExerciseException when the catalogue has no such exercise; nothing is ordered
   */
  public UUID order(List<ComposeOrder> orders, String by) {
    UUID id = UUID.randomUUID();
    database.inTransaction(
        handle -> {
          handle.execute("INSERT INTO render_bulks (bulk_id, ordered_by) VALUES (?, ?)", id, by);
          Set<UUID> renders = new LinkedHashSet<>();
          // In one order, so that two bulks with the same renders do not wait for each other.
          for (ComposeOrder order : byRender(orders)) {
            renders.add(
                RenderOrders.request(handle, order, RenderLane.BULK, Optional.empty()).renderId());
          }
          handle
              .createUpdate(
                  """
                  INSERT INTO render_bulk_items (bulk_id, render_id)
                  SELECT :bulk, unnest(:renders)
                  """)
              .bind("bulk", id)
              .bind("renders", renders.toArray(new UUID[0]))
              .execute();
          return call(handle, "SELECT finish_render_bulk(:id)::text", id);
        });
    return id;
  }

  private static List<ComposeOrder> byRender(List<ComposeOrder> orders) {
    return orders.stream().sorted(ComposeOrder.BY_RENDER).toList();
  }

  /** The bulk with this id. */
  public Optional<Bulk> find(UUID id) {
    return database.inTransaction(handle -> find(handle, id));
  }

  /**
   * Cancels the renders that no composer has begun and no other caller asked for: they fail, saying
   * so.
   *
   * @return the bulk as it stands; empty when there is none
   */
  public Optional<Bulk> cancel(UUID id) {
    return database.inTransaction(
        handle -> {
          call(handle, "SELECT cancel_render_bulk(:id)::text", id);
          return find(handle, id);
        });
  }

  private static Optional<String> call(Handle handle, String function, UUID id) {
    return handle.createQuery(function).bind("id", id).mapTo(String.class).findFirst();
  }

  private static Optional<Bulk> find(Handle handle, UUID id) {
    return handle
        .createQuery("SELECT * FROM render_bulks WHERE bulk_id = :id")
        .bind("id", id)
        .map(
            (row, context) ->
                new Bulk(
                    id,
                    row.getObject("ordered_at", OffsetDateTime.class).toInstant(),
                    time(row.getObject("cancelled_at", OffsetDateTime.class)),
                    time(row.getObject("finished_at", OffsetDateTime.class)),
                    counts(handle, id),
                    failures(handle, id)))
        .findOne();
  }

  private static Optional<Instant> time(@Nullable OffsetDateTime time) {
    return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
  }

  private static Map<Render.Status, Integer> counts(Handle handle, UUID id) {
    Map<Render.Status, Integer> counts = new EnumMap<>(Render.Status.class);
    handle
        .createQuery(
            """
            SELECT CASE WHEN r.removed_at IS NULL THEN r.status ELSE 'ready' END AS status,
                   count(*)::int AS renders
              FROM render_bulk_items AS i JOIN exercise_renders AS r USING (render_id)
             WHERE i.bulk_id = :id GROUP BY 1
            """)
        .bind("id", id)
        .map(
            (row, context) ->
                Map.entry(
                    Words.read(Render.Status.class, row.getString("status")),
                    row.getInt("renders")))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  private static List<Failure> failures(Handle handle, UUID id) {
    return handle
        .createQuery(
            """
            SELECT r.render_id, r.error, r.retryable
              FROM render_bulk_items AS i JOIN exercise_renders AS r USING (render_id)
             WHERE i.bulk_id = :id AND r.status = 'failed' AND r.removed_at IS NULL
             ORDER BY r.render_id LIMIT :most
            """)
        .bind("id", id)
        .bind("most", SHOWN_FAILURES)
        .map(
            (row, context) ->
                new Failure(
                    row.getObject("render_id", UUID.class),
                    row.getString("error"),
                    row.getBoolean("retryable")))
        .list();
  }
}
