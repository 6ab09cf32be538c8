package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.RenderKey;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Videos that were not composed but brought along: an exercise, one row of the render cache for
 * each of its languages, and where each came from. Thread-safe, also among programs.
 */
public final class ImportedVideos {
  private final Database database;

  /** Where a video came from. */
  public enum Origin {
    FILE,
    URL,
    HOSTED
  }

  /** What recording a video changed. */
  public enum Change {
    IMPORTED,
    REPLACED,
    UNCHANGED
  }

  /**
   * A hosted video and where it came from.
   *
   * @param displayName of the exercise, and {@code mediaId}, should the exercise have to be made
   */
  public record Video(
      String exercise,
      String displayName,
      Optional<String> mediaId,
      String language,
      Hosted hosted,
      Source source) {}

  /** The video at its host. */
  public record Hosted(String host, String videoId, double durationSeconds) {}

  /**
   * Where a video came from.
   *
   * @param name the address, the host's id or the file's name
   * @param sha256 of the content; empty for what the host had already, as are its bytes
   */
  public record Source(Origin origin, String name, Optional<String> sha256, Optional<Long> bytes) {}

  /** What stands for an exercise and language. */
  public record Standing(
      Origin origin,
      String source,
      Optional<String> sha256,
      String hostVideoId,
      double durationSeconds) {}

  /** The exercise's rows are not imports, or cannot be, or another import took this one over. */
  public static final class Conflict extends Exception {
    private static final long serialVersionUID = 1L;
    private final String field;

    private Conflict(String field, String reason) {
      super(reason);
      this.field = field;
    }

    /** exercise or media_id. */
    public String field() {
      return field;
    }
  }

  private record Owner(UUID exerciseId, String kind, int assetVersion) {}

  public ImportedVideos(Database database) {
    this.database = database;
  }

  /** The id that stands for this video whatever its asset version: to be claimed by. */
  public static UUID claimId(String exercise, String language) {
    return new RenderKey(exercise, RenderKey.IMPORTED, language, 0).renderId();
  }

  /** What was imported for this exercise and language. */
  public Optional<Standing> find(String exercise, String language) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT i.kind, i.source, i.sha256, r.host_video_id, r.duration_seconds
                      FROM exercises AS e
                      JOIN imported_videos AS i USING (exercise_id)
                      JOIN exercise_renders AS r
                        ON r.exercise_id = e.exercise_id AND r.recipe_hash = :imported
                           AND r.language = i.language AND r.status = 'ready'
                     WHERE e.slug = :slug AND i.language = :language
                    """)
                .bind("imported", RenderKey.IMPORTED)
                .bind("slug", exercise)
                .bind("language", language)
                .map(
                    (row, context) ->
                        new Standing(
                            Words.read(Origin.class, row.getString("kind")),
                            row.getString("source"),
                            Optional.ofNullable(row.getString("sha256")),
                            row.getString("host_video_id"),
                            row.getDouble("duration_seconds")))
                .findOne());
  }

  /**
   * Whether a video of this exercise could be recorded now; changes nothing.
   *
   * @throws Conflict as {@link #record(Video, Optional)} would
   */
  public void check(String exercise, Optional<String> mediaId) throws Conflict {
    Optional<String> kind =
        database.inTransaction(
            handle ->
                handle
                    .createQuery("SELECT kind FROM exercises WHERE slug = :slug")
                    .bind("slug", exercise)
                    .mapTo(String.class)
                    .findOne());
    if (kind.isPresent()) {
      checkKind(exercise, kind.get());
      return;
    }
    // An exercise that is there keeps the media id it has.
    boolean taken =
        mediaId.isPresent()
            && database.inTransaction(
                handle ->
                    handle
                        .createQuery("SELECT EXISTS (SELECT FROM exercises WHERE media_id = :id)")
                        .bind("id", mediaId.get())
                        .mapTo(Boolean.class)
                        .one());
    if (taken) {
      throw mediaTaken();
    }
  }

  private static void checkKind(String exercise, String kind) throws Conflict {
    if (!kind.equals(Words.write(Exercises.Kind.DURATION_BASED))) {
      throw new Conflict(
          "exercise", exercise + " is composed of primitives; it takes no whole video");
    }
  }

  private static Conflict mediaTaken() {
    return new Conflict("media_id", "another exercise has this media_id already");
  }

  /**
   * Says that this is the exercise's video in its language. A new exercise is made as a draft of
   * one whole video, and its first video is its preview. Another video than before raises the
   * exercise's asset version, with which the rows of its other languages go along; the replaced one
   * is noted to be deleted later ({@link ReplacedVideos}), unless it was at the host beforehand.
   *
   * @param uploadedBy the plan that brought the video to the host ({@link CreatedVideos}); empty
   *     for one that was there
   * @throws Conflict when the exercise is composed, the media id is another exercise's, or the
   *     video is no longer the plan's
   */
  public Change record(Video video, Optional<UUID> uploadedBy) throws Conflict {
    return database.inTransaction(handle -> record(handle, video, uploadedBy));
  }

  /**
   * The same for a video that was at the host beforehand.
   *
   * @param actor whom the audit log names
   */
  public Change adopt(Video video, String actor) throws Conflict {
    return database.inTransaction(
        handle -> {
          AuditActor.set(handle, actor);
          return record(handle, video, Optional.empty());
        });
  }

  private static Change record(Handle handle, Video video, Optional<UUID> uploadedBy)
      throws Conflict {
    Owner owner = owner(handle, video);
    Optional<String> before =
        handle
            .createQuery(
                """
                SELECT host_video_id FROM exercise_renders
                 WHERE exercise_id = :exercise AND recipe_hash = :imported AND language = :language
                """)
            .bind("exercise", owner.exerciseId())
            .bind("imported", RenderKey.IMPORTED)
            .bind("language", video.language())
            .mapTo(String.class)
            .findOne();
    boolean recorded = before.isPresent() && before.get().equals(video.hosted().videoId());
    if (!recorded
        && uploadedBy.isPresent()
        && !CreatedVideos.isOf(
            handle, uploadedBy.get(), video.hosted().host(), video.hosted().videoId())) {
      throw new Conflict(
          "exercise", "its claim ran out while the video was uploaded; start the import again");
    }
    Change change = Change.UNCHANGED;
    if (before.isEmpty()) {
      insert(handle, owner, video);
      change = Change.IMPORTED;
    } else if (!before.get().equals(video.hosted().videoId())) {
      replace(handle, owner, video);
      change = Change.REPLACED;
    }
    writeOrigin(handle, owner, video);
    CreatedVideos.recorded(handle, video.hosted().host(), video.hosted().videoId());
    return change;
  }

  /** Locked, so that two languages of one exercise are recorded one after the other. */
  private static Owner owner(Handle handle, Video video) throws Conflict {
    handle
        .createUpdate(
            """
            INSERT INTO exercises (slug, kind, display_name, media_id)
            VALUES (:slug, 'duration_based', :name, :media) ON CONFLICT DO NOTHING
            """)
        .bind("slug", video.exercise())
        .bind("name", video.displayName())
        .bind("media", video.mediaId().orElse(null))
        .execute();
    Optional<Owner> owner =
        handle
            .createQuery(
                """
                SELECT exercise_id, kind, asset_version FROM exercises
                 WHERE slug = :slug FOR NO KEY UPDATE
                """)
            .bind("slug", video.exercise())
            .map(
                (row, context) ->
                    new Owner(
                        row.getObject("exercise_id", UUID.class),
                        row.getString("kind"),
                        row.getInt("asset_version")))
            .findOne();
    if (owner.isEmpty()) {
      throw mediaTaken();
    }
    checkKind(video.exercise(), owner.get().kind());
    return owner.get();
  }

  private static void insert(Handle handle, Owner owner, Video video) {
    UUID renderId = renderId(video.exercise(), video.language(), owner.assetVersion());
    handle
        .createUpdate(
            """
            INSERT INTO exercise_renders
                   (render_id, exercise_id, recipe_hash, language, asset_version, status, host,
                    host_video_id, duration_seconds, finished_at)
            VALUES (:id, :exercise, :imported, :language, :version, 'ready', :host, :video,
                    :duration, now())
            """)
        .bind("id", renderId)
        .bind("exercise", owner.exerciseId())
        .bind("imported", RenderKey.IMPORTED)
        .bind("language", video.language())
        .bind("version", owner.assetVersion())
        .bind("host", video.hosted().host())
        .bind("video", video.hosted().videoId())
        .bind("duration", video.hosted().durationSeconds())
        .execute();
    handle
        .createUpdate(
            """
            UPDATE exercises SET catalog_render_id = :id, updated_at = now()
             WHERE exercise_id = :exercise AND catalog_render_id IS NULL
            """)
        .bind("id", renderId)
        .bind("exercise", owner.exerciseId())
        .execute();
  }

  /** One row for each language stays: all of them move to the next asset version. */
  private static void replace(Handle handle, Owner owner, Video video) {
    int next = owner.assetVersion() + 1;
    ReplacedVideos.note(
        handle,
        renderId(video.exercise(), video.language(), owner.assetVersion()),
        video.hosted().videoId());
    for (String language : languages(handle, owner)) {
      UUID old = renderId(video.exercise(), language, owner.assetVersion());
      UUID young = renderId(video.exercise(), language, next);
      handle
          .createUpdate(
              """
              UPDATE exercise_renders SET render_id = :young, asset_version = :version
               WHERE exercise_id = :exercise AND recipe_hash = :imported AND language = :language
              """)
          .bind("young", young)
          .bind("version", next)
          .bind("exercise", owner.exerciseId())
          .bind("imported", RenderKey.IMPORTED)
          .bind("language", language)
          .execute();
      handle
          .createUpdate(
              """
              UPDATE exercises SET catalog_render_id = :young
               WHERE exercise_id = :exercise AND catalog_render_id = :old
              """)
          .bind("young", young)
          .bind("old", old)
          .bind("exercise", owner.exerciseId())
          .execute();
    }
    handle
        .createUpdate(
            """
            UPDATE exercise_renders
               SET host = :host, host_video_id = :video, duration_seconds = :duration,
                   finished_at = now()
             WHERE render_id = :id
            """)
        .bind("id", renderId(video.exercise(), video.language(), next))
        .bind("host", video.hosted().host())
        .bind("video", video.hosted().videoId())
        .bind("duration", video.hosted().durationSeconds())
        .execute();
    handle
        .createUpdate(
            """
            UPDATE exercises SET asset_version = :version, updated_at = now()
             WHERE exercise_id = :exercise
            """)
        .bind("version", next)
        .bind("exercise", owner.exerciseId())
        .execute();
  }

  private static Iterable<String> languages(Handle handle, Owner owner) {
    return handle
        .createQuery(
            """
            SELECT language FROM exercise_renders
             WHERE exercise_id = :exercise AND recipe_hash = :imported
            """)
        .bind("exercise", owner.exerciseId())
        .bind("imported", RenderKey.IMPORTED)
        .mapTo(String.class)
        .list();
  }

  private static void writeOrigin(Handle handle, Owner owner, Video video) {
    handle
        .createUpdate(
            """
            INSERT INTO imported_videos (exercise_id, language, kind, source, sha256, bytes)
            VALUES (:exercise, :language, :kind, :source, :sha, :bytes)
            ON CONFLICT (exercise_id, language) DO UPDATE
               SET kind = excluded.kind, source = excluded.source, sha256 = excluded.sha256,
                   bytes = excluded.bytes, imported_at = now()
            """)
        .bind("exercise", owner.exerciseId())
        .bind("language", video.language())
        .bind("kind", Words.write(video.source().origin()))
        .bind("source", video.source().name())
        .bind("sha", video.source().sha256().orElse(null))
        .bind("bytes", video.source().bytes().orElse(null))
        .execute();
  }

  private static UUID renderId(String exercise, String language, int assetVersion) {
    return new RenderKey(exercise, RenderKey.IMPORTED, language, assetVersion).renderId();
  }
}
