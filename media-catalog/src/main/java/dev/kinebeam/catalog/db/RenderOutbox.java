package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.Words;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Orders that the composers have not been given yet: what a relay reads, sends and deletes. */
public final class RenderOutbox {
  /** The channel on which the database notifies of an order that was entered or has ended. */
  public static final String CHANNEL = "render_outbox";

  private final Database database;

  /**
   * An order that is due.
   *
   * @param id of this version of the entry
   * @param order as a record of a topic has it
   */
  public record Entry(long id, UUID renderId, RenderLane lane, String order) {
    /** The record's value. */
    public byte[] value() {
      return order.getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * What waits and what is on its way.
   *
   * @param inFlight orders that the composers were given and that have not ended
   * @param waiting orders in the outbox, those that are due later included
   * @param oldestDue how long the oldest order that is due has waited; zero when none is
   */
  public record Standing(
      Map<RenderLane, Integer> inFlight, Map<RenderLane, Integer> waiting, Duration oldestDue) {
    /** In this lane. */
    public int inFlight(RenderLane lane) {
      return inFlight.getOrDefault(lane, 0);
    }

    /** In this lane. */
    public int waiting(RenderLane lane) {
      return waiting.getOrDefault(lane, 0);
    }
  }

  public RenderOutbox(Database database) {
    this.database = database;
  }

  /** The oldest orders of a lane that are due; at most {@code most}. */
  public List<Entry> due(RenderLane lane, int most) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT o.entry_id, o.render_id,
                           (r.recipe || jsonb_build_object(
                              'render_id', r.render_id, 'asset_version', r.asset_version))::text
                             AS value
                      FROM render_outbox AS o JOIN exercise_renders AS r USING (render_id)
                     WHERE o.lane = :lane AND o.due_at <= now()
                     ORDER BY o.entry_id LIMIT :most
                    """)
                .bind("lane", lane.word())
                .bind("most", most)
                .map(
                    (row, context) ->
                        new Entry(
                            row.getLong("entry_id"),
                            row.getObject("render_id", UUID.class),
                            lane,
                            row.getString("value")))
                .list());
  }

  /** What waits and what is on its way, at this moment. */
  public Standing standing() {
    return database.inTransaction(
        handle -> {
          Map<RenderLane, Integer> inFlight = new EnumMap<>(RenderLane.class);
          Map<RenderLane, Integer> waiting = new EnumMap<>(RenderLane.class);
          Duration[] oldest = {Duration.ZERO};
          handle
              .createQuery(
                  """
                  SELECT lane, count(*)::int AS orders, true AS sent, 0::float8 AS seconds
                    FROM exercise_renders
                   WHERE status IN ('queued', 'rendering') AND sent_at IS NOT NULL GROUP BY lane
                  UNION ALL
                  SELECT lane, count(*)::int, false,
                         coalesce(extract(epoch FROM now() - min(due_at)
                                          FILTER (WHERE due_at <= now())), 0)::float8
                    FROM render_outbox GROUP BY lane
                  """)
              .map(
                  (row, context) -> {
                    RenderLane lane = Words.read(RenderLane.class, row.getString("lane"));
                    (row.getBoolean("sent") ? inFlight : waiting).put(lane, row.getInt("orders"));
                    Duration age = Duration.ofMillis(Math.round(row.getDouble("seconds") * 1000));
                    oldest[0] = oldest[0].compareTo(age) < 0 ? age : oldest[0];
                    return lane;
                  })
              .list();
          return new Standing(inFlight, waiting, oldest[0]);
        });
  }

  /**
   * Kafka has acknowledged these orders. An entry that was changed meanwhile (moved to the other
   * lane, or entered again) stays.
   */
  public void sent(List<Entry> entries) {
    Long[] ids = entries.stream().map(Entry::id).toArray(Long[]::new);
    UUID[] renders = entries.stream().map(Entry::renderId).toArray(UUID[]::new);
    database.inTransaction(
        handle -> {
          RenderLocks.take(handle, renders);
          return handle
              .createUpdate(
                  """
                  WITH sent AS (
                    DELETE FROM render_outbox WHERE entry_id = ANY(:ids) RETURNING render_id)
                  UPDATE exercise_renders AS r SET sent_at = now(), sends = sends + 1
                    FROM sent
                   WHERE r.render_id = sent.render_id AND r.status IN ('queued', 'rendering')
                  """)
              .bind("ids", ids)
              .execute();
        });
  }
}
