package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.Words;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;

/** The catalogue of exercises. */
public final class Exercises {
  private final Database database;

  /** How an exercise's video comes to be. */
  public enum Kind {
    REPS_BASED,
    DURATION_BASED
  }

  /** Whether patients may see it. */
  public enum Status {
    DRAFT,
    /** Its previews are being made; it is published with the first language's. */
    PUBLISHING,
    PUBLISHED,
    ARCHIVED
  }

  /**
   * One exercise.
   *
   * @param assetVersion of its filming primitives; a new one makes its renders stale
   * @param mediaId what players send for it, hashed by the client
   */
  public record Exercise(
      UUID id,
      String slug,
      Kind kind,
      Status status,
      String displayName,
      int assetVersion,
      Optional<String> mediaId) {}

  public Exercises(Database database) {
    this.database = database;
  }

  /** The exercise with this slug, of those that are for all. */
  public Optional<Exercise> find(String slug) {
    return find(slug, Optional.empty());
  }

  /** The exercise with this slug, of those that are for all or this organisation's own. */
  public Optional<Exercise> find(String slug, Optional<UUID> organisation) {
    return database.inOrgOf(
        organisation,
        handle ->
            handle
                .createQuery("SELECT * FROM exercises WHERE slug = :slug")
                .bind("slug", slug)
                .map(Exercises::exercise)
                .findOne());
  }

  /**
   * Makes sure that a published exercise of composed videos exists, and brings its name and media
   * id up to date; its asset version is left as it is. Needs more rights than the programs have.
   */
  public Exercise ensureRepsBased(String slug, String displayName, String mediaId) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    INSERT INTO exercises (slug, kind, status, display_name, media_id)
                    VALUES (:slug, 'reps_based', 'published', :name, :media)
                    ON CONFLICT (slug) DO UPDATE
                       SET display_name = excluded.display_name, media_id = excluded.media_id,
                           status = 'published', updated_at = now()
                    RETURNING *
                    """)
                .bind("slug", slug)
                .bind("name", displayName)
                .bind("media", mediaId)
                .map(Exercises::exercise)
                .one());
  }

  /** Adds a draft of an exercise of composed videos; one that is there stays as it is. */
  public void addRepsBased(String slug, String displayName) {
    database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    INSERT INTO exercises (slug, kind, display_name)
                    VALUES (:slug, 'reps_based', :name) ON CONFLICT (slug) DO NOTHING
                    """)
                .bind("slug", slug)
                .bind("name", displayName)
                .execute());
  }

  private static Exercise exercise(ResultSet row, StatementContext context) throws SQLException {
    return new Exercise(
        row.getObject("exercise_id", UUID.class),
        row.getString("slug"),
        Words.read(Kind.class, row.getString("kind")),
        Words.read(Status.class, row.getString("status")),
        row.getString("display_name"),
        row.getInt("asset_version"),
        Optional.ofNullable(row.getString("media_id")));
  }
}
