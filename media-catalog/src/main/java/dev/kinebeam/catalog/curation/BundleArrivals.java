package dev.kinebeam.catalog.curation;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Words;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Takes note of bundles that were brought into the bucket, with the login that brings them. Other
 * content is the next asset version, with the consequences that {@link AssetVersions} has.
 */
public record BundleArrivals(Database database) {
  /**
   * A bundle in the bucket.
   *
   * @param fingerprint of its content
   * @param changed whether it has just been changed; counts where no fingerprint is known yet
   * @param plan which previews it gives
   */
  public record Arrival(
      String slug, String displayName, String fingerprint, boolean changed, PreviewPlan plan) {}

  /**
   * What became of the exercise.
   *
   * @param added whether it is new, a draft
   * @param assetVersion its present one
   */
  public record Noted(boolean added, int assetVersion) {}

  private record Known(
      UUID id,
      Exercises.Kind kind,
      Optional<UUID> organisation,
      Exercises.Status status,
      int assetVersion,
      Optional<String> fingerprint,
      boolean hasRenders) {
    boolean isStaleAfter(Arrival arrival) {
      return fingerprint.isPresent()
          ? !fingerprint.get().equals(arrival.fingerprint())
          : arrival.changed() && hasRenders;
    }

    /** Whether the later reading says the same of what was decided by. */
    boolean isUnchanged(Known later) {
      return later.assetVersion() == assetVersion
          && later.status() == status
          && later.fingerprint().equals(fingerprint);
    }
  }

  /**
   * Takes note of a bundle. An exercise that is new becomes a draft; one whose bundle had another
   * content gets the next asset version, so that its renders are made anew when they are asked for,
   * and so does one of whose bundle nothing was known if it has renders. The same content again
   * changes nothing.
   *
   * <p>The bucket has the new content already. Where it lacks something for the first language, the
   * version is raised all the same: the present previews stay, those of other languages are
   * ordered, and an exercise that is being published is a draft again, with the reason.
   *
   * @return empty when an exercise of this name is one whole video and has no bundle
   */
  public Optional<Noted> note(Arrival arrival) throws IOException {
    try {
      return Overtaking.repeated(() -> attempt(arrival));
    } catch (Refused e) {
      throw new IOException(arrival.slug() + ": " + e.getMessage(), e);
    }
  }

  private Optional<Noted> attempt(Arrival arrival) throws Refused {
    Optional<Known> found =
        database.inTransaction(
            handle -> insert(handle, arrival) ? Optional.empty() : find(handle, arrival.slug()));
    if (found.isEmpty()) {
      return Optional.of(new Noted(true, 1));
    }
    Known known = found.get();
    if (known.kind() != Exercises.Kind.REPS_BASED) {
      return Optional.empty();
    }
    boolean raised = known.isStaleAfter(arrival);
    int version = known.assetVersion() + (raised ? 1 : 0);
    PreviewOrders orders =
        raised && AssetVersions.hasPreviews(known.status())
            ? PreviewOrders.of(arrival.plan(), version)
            : PreviewOrders.NONE;
    return database.inTransaction(
        handle -> {
          orders.request(handle, known.organisation());
          lock(handle, known);
          if (!find(handle, arrival.slug()).filter(known::isUnchanged).isPresent()) {
            throw Refused.overtaken();
          }
          update(handle, known, arrival, version);
          if (raised) {
            stopPublishing(handle, known, arrival.plan());
            orders.enter(handle, known.id());
          }
          return Optional.of(new Noted(false, version));
        });
  }

  private static boolean insert(Handle handle, Arrival arrival) {
    return handle.execute(
            """
            INSERT INTO exercises (slug, kind, display_name, bundle_fingerprint)
            VALUES (?, 'reps_based', ?, ?) ON CONFLICT (slug) DO NOTHING
            """,
            arrival.slug(),
            arrival.displayName(),
            arrival.fingerprint())
        > 0;
  }

  private static Optional<Known> find(Handle handle, String slug) {
    return handle
        .createQuery(
            """
            SELECT e.*, EXISTS (SELECT FROM exercise_renders AS r
                                 WHERE r.exercise_id = e.exercise_id) AS has_renders
              FROM exercises AS e WHERE e.slug = :slug
            """)
        .bind("slug", slug)
        .map(BundleArrivals::known)
        .findOne();
  }

  private static Known known(ResultSet row, StatementContext context) throws SQLException {
    return new Known(
        row.getObject("exercise_id", UUID.class),
        Words.read(Exercises.Kind.class, row.getString("kind")),
        Optional.ofNullable(row.getObject("org_id", UUID.class)),
        Words.read(Exercises.Status.class, row.getString("status")),
        row.getInt("asset_version"),
        Optional.ofNullable(row.getString("bundle_fingerprint")),
        row.getBoolean("has_renders"));
  }

  private static void lock(Handle handle, Known known) {
    handle
        .createQuery("SELECT 1 FROM exercises WHERE exercise_id = :id FOR NO KEY UPDATE")
        .bind("id", known.id())
        .mapTo(Integer.class)
        .one();
  }

  private static void update(Handle handle, Known known, Arrival arrival, int version) {
    if (version != known.assetVersion()
        || !known.fingerprint().equals(Optional.of(arrival.fingerprint()))) {
      handle.execute(
          "UPDATE exercises SET asset_version = ?, bundle_fingerprint = ? WHERE exercise_id = ?",
          version,
          arrival.fingerprint(),
          known.id());
    }
  }

  private static void stopPublishing(Handle handle, Known known, PreviewPlan plan) {
    if (known.status() == Exercises.Status.PUBLISHING && !plan.servesFirst()) {
      handle.execute(
          "UPDATE exercises SET status = 'draft', publish_error = ? WHERE exercise_id = ?",
          "the bundle was replaced: "
              + plan.missing().stream().map(FieldError::message).findFirst().orElseThrow(),
          known.id());
    }
  }
}
