package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderKey;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Orders of renders. An order is durable when the call returns: the render's row and the entry of
 * the outbox, from which a relay sends it to the composers, are written in one transaction.
 */
public final class RenderOrders {
  private final Database database;

  public RenderOrders(Database database) {
    this.database = database;
  }

  /**
   * Answers the render of {@code order}. Where there is none yet, or it failed, it is queued and
   * entered into the outbox; whoever asks for one that is queued or being made joins it. An order
   * of the bulk lane that waits is moved when an interactive one asks for it. One that is ready is
   * only read where no organisation has to be noted: locking it would be a write, whose commit
   * waits for the disk.
   *
   * @param organisation of whoever asks, who may then follow the render's events
   * @throws UnknownExerciseException when the catalogue has no such exercise
   */
  public Render request(ComposeOrder order, RenderLane lane, Optional<UUID> organisation) {
    return database.inOrgOf(
        organisation,
        handle -> {
          Optional<Render> ready =
              organisation.isPresent()
                  ? Optional.empty()
                  : ExerciseRenders.find(handle, order.renderId())
                      .filter(render -> render.status() == Render.Status.READY);
          return ready.isPresent() ? ready.get() : request(handle, order, lane, organisation);
        });
  }

  /** The same within a transaction, which speaks for {@code organisation}. */
  public static Render request(
      Handle handle, ComposeOrder order, RenderLane lane, Optional<UUID> organisation) {
    RenderKey key = order.key();
    handle
        .createQuery(
            """
            SELECT request_render(:id, :slug, :hash, :language, :version, :recipe::jsonb, :lane,
                                  :org::uuid)
            """)
        .bind("id", key.renderId())
        .bind("slug", key.exercise())
        .bind("hash", key.recipeHash())
        .bind("language", key.language())
        .bind("version", key.assetVersion())
        .bind("recipe", ExerciseRenders.json(order.recipe().toJson()))
        .bind("lane", lane.word())
        .bind("org", organisation.map(UUID::toString).orElse(null))
        .mapTo(String.class)
        .one();
    return ExerciseRenders.stands(handle, order);
  }

  /**
   * Orders a failed render again, in the front lane; any other stays as it is, as do an imported
   * one and one of an earlier asset version, whose primitives are not kept.
   *
   * @return the render as it stands; empty when there is none
   */
  public Optional<Render> retry(UUID renderId) {
    return database.inTransaction(
        handle -> {
          handle
              .createQuery(
                  """
                  SELECT request_render(r.render_id, e.slug, r.recipe_hash, r.language,
                                        r.asset_version, r.recipe, 'interactive', NULL)
                    FROM exercise_renders AS r JOIN exercises AS e USING (exercise_id)
                   WHERE r.render_id = :id AND r.status = 'failed' AND r.recipe IS NOT NULL
                     AND r.asset_version = e.asset_version
                  """)
              .bind("id", renderId)
              .mapTo(String.class)
              .findOne();
          return ExerciseRenders.find(handle, renderId);
        });
  }
}
