package dev.kinebeam.catalog.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.schemas.render.Segment;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;

/**
 * The render cache: one row for each render key. Rows only move forward (queued → rendering → ready
 * or failed; failed may begin again), so every method may be repeated, by two programs at once too,
 * and a ready render keeps the video whose address players have received.
 */
public final class ExerciseRenders {
  private static final String RENDER =
      """
      SELECT r.*, e.slug FROM exercise_renders r JOIN exercises e USING (exercise_id)
       WHERE r.render_id = :id
      """;

  private static final String CACHED =
      """
      SELECT e.asset_version AS present_version, e.slug, r.*
        FROM exercises AS e
        LEFT JOIN exercise_renders AS r
          ON r.exercise_id = e.exercise_id AND r.recipe_hash = :hash AND r.language = :language
             AND r.asset_version = e.asset_version AND r.status = 'ready'
       WHERE e.slug = :slug
      """;

  private final Database database;

  public ExerciseRenders(Database database) {
    this.database = database;
  }

  /** The render with this id. */
  public Optional<Render> find(UUID renderId) {
    return find(renderId, Optional.empty());
  }

  /** The render with this id, of an exercise that is for all or this organisation's own. */
  public Optional<Render> find(UUID renderId, Optional<UUID> organisation) {
    return database.inOrgOf(organisation, handle -> find(handle, renderId));
  }

  /** The render with this key. */
  public Optional<Render> find(RenderKey key) {
    return find(key.renderId());
  }

  /**
   * What the cache has for a recipe.
   *
   * @param assetVersion the present one of the exercise
   * @param ready the render of the recipe at that version, when it can be played
   */
  public record Cached(int assetVersion, Optional<Render> ready) {}

  /**
   * Looks a recipe up, at the present asset version of its exercise; empty when there is no such
   * exercise for all or of this organisation's own. One statement, since programs ask often.
   *
   * @param recipe names its language
   */
  public Optional<Cached> lookUp(Recipe recipe, Optional<UUID> organisation) {
    RenderKey any = RenderKey.of(recipe, 0);
    return database
        .readOnce(
            organisation,
            handle ->
                handle
                    .createQuery(CACHED)
                    .bind("hash", any.recipeHash())
                    .bind("language", any.language())
                    .bind("slug", any.exercise())
                    .map((row, context) -> cached(row, context, recipe))
                    .list())
        .stream()
        .reduce((one, other) -> one.ready().isPresent() ? one : other);
  }

  /** A row of another id than its key's was brought along, and is not this recipe's. */
  private static Cached cached(ResultSet row, StatementContext context, Recipe recipe)
      throws SQLException {
    int version = row.getInt("present_version");
    UUID id = row.getObject("render_id", UUID.class);
    boolean ready = RenderKey.of(recipe, version).renderId().equals(id);
    return new Cached(version, ready ? Optional.of(render(row, context)) : Optional.empty());
  }

  /**
   * Renders of the cache, by their ids.
   *
   * @param exercise of this one; empty for all
   * @param status in this state; empty for all
   * @param after an id: those behind it
   */
  public List<Render> list(
      Optional<String> exercise, Optional<Render.Status> status, Optional<UUID> after, int most) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT r.*, e.slug FROM exercise_renders r JOIN exercises e USING (exercise_id)
                     WHERE (:slug::text IS NULL OR e.slug = :slug)
                       AND (:status::text IS NULL OR r.status = :status)
                       AND (:after::uuid IS NULL OR r.render_id > :after::uuid)
                     ORDER BY r.render_id LIMIT :most
                    """)
                .bind("slug", exercise.orElse(null))
                .bind("status", status.map(Render.Status::word).orElse(null))
                .bind("after", after.map(UUID::toString).orElse(null))
                .bind("most", most)
                .map(ExerciseRenders::render)
                .list());
  }

  /**
   * Says that composing has begun, unless the render is ready.
   *
   * @return the render as it stands; ready means that there is nothing to do
   * @throws UnknownExerciseException when the catalogue has no such exercise
   */
  public Render begin(ComposeOrder order) {
    return begin(order, true);
  }

  /**
   * As {@link #begin(ComposeOrder)}, for an order that was queued a while ago: one that was
   * cancelled meanwhile, or has failed since, is not begun. Topics may hold an order twice.
   *
   * @return the render as it stands; there is nothing to do when it is ready or failed
   */
  public Render beginQueued(ComposeOrder order) {
    return begin(order, false);
  }

  private Render begin(ComposeOrder order, boolean evenIfFailed) {
    return database.inTransaction(
        handle -> {
          write(
              handle,
              order,
              """
              INSERT INTO exercise_renders
                     (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status,
                      step, percent, started_at, attempts)
              SELECT :id, exercise_id, :hash, :language, :version, :recipe::jsonb, 'rendering',
                     'planning', 0, now(), 1
                FROM exercises WHERE slug = :slug
              ON CONFLICT (render_id) DO UPDATE
                 SET status = 'rendering', error = NULL, finished_at = NULL, step = 'planning',
                     percent = 0, started_at = now(), changed_at = now(), retryable = false,
                     cancelled = false, attempts = exercise_renders.attempts + 1
               WHERE exercise_renders.status <> 'ready'
                 AND (:evenIfFailed OR exercise_renders.status <> 'failed')
              """,
              update -> update.bind("evenIfFailed", evenIfFailed).execute());
          return stands(handle, order);
        });
  }

  /** Says what a composer does now; does nothing when the render is not being made any more. */
  public void progress(UUID renderId, RenderStep step, int percent) {
    database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE exercise_renders
                       SET step = :step, percent = :percent, changed_at = now()
                     WHERE render_id = :id AND status = 'rendering'
                    """)
                .bind("id", renderId)
                .bind("step", step.word())
                .bind("percent", percent)
                .execute());
  }

  /**
   * One primitive of the render has been normalised: counts so much of that step as done, never all
   * of it.
   */
  public void normalised(UUID renderId, double share) {
    int from = RenderStep.NORMALISING.percentAtBegin();
    int until = RenderStep.COMPOSING.percentAtBegin() - 1;
    database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE exercise_renders
                       SET step = 'normalising', changed_at = now(),
                           percent = least(:until, greatest(coalesce(percent, 0), :from) + :more)
                     WHERE render_id = :id AND status = 'rendering'
                       AND step IN ('planning', 'normalising')
                    """)
                .bind("id", renderId)
                .bind("from", from)
                .bind("until", until)
                .bind("more", (int) Math.round((until - from) * share))
                .execute());
  }

  /** As the longer one, by a plan of its own, at unknown cost, and not shown as a preview. */
  public Render ready(ComposeOrder order, Render.Outcome outcome) {
    return database.inTransaction(
        handle -> ready(handle, order, UUID.randomUUID(), outcome, Optional.empty()));
  }

  /**
   * Says that the render is published. A render that is ready already is replaced only when the
   * order forces it; the replaced video is noted to be deleted later ({@link ReplacedVideos}). The
   * plan's claim ends with it ({@link RenderClaims}). Nothing is recorded when the video is no
   * longer the plan's ({@link CreatedVideos}): its claim ran out, and the video is being removed or
   * is another worker's.
   *
   * @param planId of the plan that made it
   * @param spent empty where it was not measured
   * @param preview whether patients shall see it where they meet the exercise outside of a
   *     prescription; it is shown from the same moment, if it is of the present asset version
   * @return the render as it stands; when it is not ready on {@code outcome}'s hosted video,
   *     another worker was first or the claim was lost
   * @throws UnknownExerciseException when the catalogue has no such exercise
   */
  public Render ready(
      ComposeOrder order,
      UUID planId,
      Render.Outcome outcome,
      Optional<Render.Spent> spent,
      boolean preview) {
    return database.inTransaction(
        handle -> {
          if (!CreatedVideos.isOf(handle, planId, outcome.host(), outcome.hostVideoId())) {
            return stands(handle, order);
          }
          Render stands = ready(handle, order, planId, outcome, spent);
          if (preview) {
            RenderCatalogue.showAsPreview(handle, order);
          }
          if (isOn(stands, outcome)) {
            CreatedVideos.recorded(handle, outcome.host(), outcome.hostVideoId());
          }
          // A process that dies right after this leaves no claim behind that none would end.
          RenderClaims.end(handle, order.renderId(), planId);
          return stands;
        });
  }

  private static boolean isOn(Render render, Render.Outcome outcome) {
    return render
        .outcome()
        .filter(stands -> stands.host().equals(outcome.host()))
        .filter(stands -> stands.hostVideoId().equals(outcome.hostVideoId()))
        .isPresent();
  }

  private static Render ready(
      Handle handle,
      ComposeOrder order,
      UUID planId,
      Render.Outcome outcome,
      Optional<Render.Spent> spent) {
    if (order.force()) {
      ReplacedVideos.note(handle, order.renderId(), outcome.hostVideoId());
    }
    write(
        handle,
        order,
        """
        INSERT INTO exercise_renders
               (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, host,
                host_video_id, duration_seconds, frames, picks, segments, plan_id, bakes, bytes,
                compose_seconds, publish_seconds, finished_at)
        SELECT :id, exercise_id, :hash, :language, :version, :recipe::jsonb, 'ready', :host, :video,
               :duration, :frames, :picks::jsonb, :segments::jsonb, :plan, 1, :bytes, :compose,
               :publish, now()
          FROM exercises WHERE slug = :slug
        ON CONFLICT (render_id) DO UPDATE
           SET status = 'ready', error = NULL, changed_at = now(), retryable = false,
               cancelled = false, host = excluded.host,
               host_video_id = excluded.host_video_id,
               duration_seconds = excluded.duration_seconds, frames = excluded.frames,
               picks = excluded.picks, segments = excluded.segments, plan_id = excluded.plan_id,
               bakes = exercise_renders.bakes + 1, bytes = excluded.bytes,
               compose_seconds = excluded.compose_seconds,
               publish_seconds = excluded.publish_seconds, finished_at = excluded.finished_at
         WHERE exercise_renders.status <> 'ready' OR :force
        """,
        update ->
            update
                .bind("host", outcome.host())
                .bind("video", outcome.hostVideoId())
                .bind("duration", outcome.durationSeconds())
                .bind("frames", outcome.frames().orElse(null))
                .bind("picks", outcome.picks().map(ExerciseRenders::json).orElse(null))
                .bind("segments", json(outcome.segments()))
                .bind("plan", planId)
                .bind("bytes", spent.map(Render.Spent::bytes).orElse(null))
                .bind("compose", spent.map(Render.Spent::composeSeconds).orElse(null))
                .bind("publish", spent.map(Render.Spent::publishSeconds).orElse(null))
                .bind("force", order.force())
                .execute());
    return stands(handle, order);
  }

  /**
   * Says that the order could not be served; a ready render stays ready.
   *
   * @throws UnknownExerciseException when the catalogue has no such exercise
   */
  public Render failed(ComposeOrder order, RenderFailure failure) {
    return database.inTransaction(handle -> failed(handle, order, failure));
  }

  private static Render failed(Handle handle, ComposeOrder order, RenderFailure failure) {
    write(
        handle,
        order,
        """
        INSERT INTO exercise_renders
               (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, error,
                retryable, finished_at)
        SELECT :id, exercise_id, :hash, :language, :version, :recipe::jsonb, 'failed', :error,
               :retryable, now()
          FROM exercises WHERE slug = :slug
        ON CONFLICT (render_id) DO UPDATE
           SET status = 'failed', error = excluded.error, retryable = excluded.retryable,
               changed_at = now(), finished_at = excluded.finished_at
         WHERE exercise_renders.status <> 'ready'
           AND NOT (exercise_renders.cancelled AND exercise_renders.status = 'failed')
        """,
        update ->
            update
                .bind("error", failure.reason())
                .bind("retryable", failure.retryable())
                .execute());
    return stands(handle, order);
  }

  /**
   * As {@link #failed}, but an order whose failure may pass is entered into the outbox again, in
   * the same transaction, until it was tried {@link RenderRetries#ATTEMPTS} times. It is queued
   * meanwhile, with the error of the last attempt.
   */
  public Render failedOrRetried(ComposeOrder order, RenderFailure failure) {
    return database.inTransaction(
        handle ->
            failure.retryable() && RenderRetries.again(handle, order.renderId(), failure.reason())
                ? stands(handle, order)
                : failed(handle, order, failure));
  }

  @FunctionalInterface
  private interface Binding {
    int execute(Update update);
  }

  private static int write(Handle handle, ComposeOrder order, String sql, Binding binding) {
    RenderKey key = order.key();
    return binding.execute(
        handle
            .createUpdate(sql)
            .bind("id", key.renderId())
            .bind("slug", key.exercise())
            .bind("hash", key.recipeHash())
            .bind("language", key.language())
            .bind("version", key.assetVersion())
            .bind("recipe", json(order.recipe().toJson())));
  }

  static Render stands(Handle handle, ComposeOrder order) {
    return find(handle, order.renderId())
        .orElseThrow(() -> new UnknownExerciseException(order.recipe().exercise()));
  }

  static Optional<Render> find(Handle handle, UUID renderId) {
    return handle.createQuery(RENDER).bind("id", renderId).map(ExerciseRenders::render).findOne();
  }

  static Render render(ResultSet row, StatementContext context) throws SQLException {
    Render.Status status = Words.read(Render.Status.class, row.getString("status"));
    return new Render(
        row.getObject("render_id", UUID.class),
        new RenderKey(
            row.getString("slug"),
            row.getString("recipe_hash"),
            row.getString("language"),
            row.getInt("asset_version")),
        status,
        status == Render.Status.READY ? Optional.of(outcome(row)) : Optional.empty(),
        Optional.ofNullable(row.getString("error")),
        instant(row, "queued_at").orElseThrow(),
        instant(row, "finished_at"),
        work(row, status));
  }

  private static Render.Work work(ResultSet row, Render.Status status) throws SQLException {
    String step = row.getString("step");
    return new Render.Work(
        Optional.ofNullable(row.getObject("plan_id", UUID.class)),
        Words.read(RenderLane.class, row.getString("lane")),
        row.getInt("attempts"),
        instant(row, "started_at"),
        status == Render.Status.RENDERING && step != null
            ? Optional.of(
                new Render.Progress(Words.read(RenderStep.class, step), row.getInt("percent")))
            : Optional.empty(),
        row.getBoolean("retryable"),
        row.getBoolean("cancelled"));
  }

  private static Render.Outcome outcome(ResultSet row) throws SQLException {
    return new Render.Outcome(
        row.getString("host"),
        row.getString("host_video_id"),
        row.getDouble("duration_seconds"),
        Optional.ofNullable(row.getObject("frames", Long.class)),
        read(row.getString("picks"), new TypeReference<Picks>() {}),
        read(row.getString("segments"), new TypeReference<List<Segment>>() {}).orElse(List.of()));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  static String json(Object value) {
    return new String(Json.bytes(value), StandardCharsets.UTF_8);
  }

  private static <T> Optional<T> read(String json, TypeReference<T> type) throws SQLException {
    if (json == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.MAPPER.readValue(json, type));
    } catch (JsonProcessingException e) {
      throw new SQLException("a render's row holds JSON of another shape", e);
    }
  }
}
