package dev.kinebeam.catalog.db;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** How many orders are before a render, and how long renders take. */
public final class RenderQueue {
  /** How many of the latest renders the mean is of. */
  public static final int LEARN_FROM = 20;

  private final Database database;

  /**
   * Where a render that is queued or being made is.
   *
   * @param ahead orders that are served before it; 0 for one that is being made
   * @param rendering how many are being made now
   * @param mean how long the latest renders took from their start until they were ready; empty
   *     while there is none
   */
  public record Place(int ahead, int rendering, Optional<Duration> mean) {
    /**
     * How long it presumably takes until the render is ready.
     *
     * @param elapsed since a composer began it; zero while it is queued
     */
    public Optional<Duration> remaining(boolean begun, Duration elapsed) {
      if (begun) {
        return mean.map(
            all -> all.compareTo(elapsed) > 0 ? all.minus(elapsed) : Duration.ofSeconds(1));
      }
      int atOnce = Math.max(1, rendering);
      return mean.map(all -> all.multipliedBy((ahead + atOnce) / atOnce));
    }
  }

  public RenderQueue(Database database) {
    this.database = database;
  }

  /** The place of a render; of one that is neither queued nor being made it means nothing. */
  public Place place(UUID renderId) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT * FROM render_place(:id, :latest)")
                .bind("id", renderId)
                .bind("latest", LEARN_FROM)
                .map(
                    (row, context) ->
                        new Place(
                            row.getInt("ahead"),
                            row.getInt("rendering"),
                            Optional.ofNullable(row.getObject("mean", Double.class))
                                .map(
                                    mean ->
                                        Duration.ofMillis(Math.max(1, Math.round(mean * 1000))))))
                .findOne()
                .orElse(new Place(0, 0, Optional.empty())));
  }
}
