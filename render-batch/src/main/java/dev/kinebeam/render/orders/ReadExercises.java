package dev.kinebeam.render.orders;

import dev.kinebeam.beam.JsonCoder;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.jdbc.JdbcIO;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads the exercises of composed videos that are not archived, or those that are named, each with
 * every recipe that was ever ordered of it. The exercises are shared out by a hash of their slugs
 * into {@value #PARTITIONS} queries; a worker reads the rows of one with a cursor.
 */
public final class ReadExercises extends PTransform<PBegin, PCollection<CatalogueExercise>> {
  static final int PARTITIONS = 16;

  /** A row holds all recipes of its exercise, so that few rows are fetched at a time. */
  private static final int FETCH_ROWS = 100;

  /**
   * Parameters: the named slugs, twice, and the number of the partition. Beam looks for {@code
   * SELECT columns FROM} to report what is read, and prints the schema of what it finds to standard
   * output: no such text is on one or two neighbouring lines here.
   */
  private static final String QUERY =
      """
      SELECT chosen.slug, e.exercise_id IS NOT NULL AS known,
             coalesce(e.kind = 'reps_based', false) AS composed,
             coalesce(e.asset_version, 0) AS asset_version,
             ARRAY(SELECT DISTINCT ON (r.recipe_hash)
                          r.recipe::text
                     FROM exercise_renders AS r
                    WHERE r.exercise_id = e.exercise_id AND r.recipe IS NOT NULL
                    ORDER BY r.recipe_hash, r.queued_at) AS recipes
        FROM (SELECT -- of the whole catalogue
                     slug
                FROM exercises
               WHERE cardinality(?::text[]) = 0
                 AND kind = 'reps_based' AND status <> 'archived'
              UNION
              SELECT unnest(?::text[])) AS chosen (slug)
        LEFT JOIN exercises AS e ON e.slug = chosen.slug
       WHERE (hashtext(chosen.slug) & 2147483647) %% %d = ?
      """
          .formatted(PARTITIONS);

  private final SerializableFunction<Void, DataSource> database;
  private final List<String> slugs;

  private ReadExercises(SerializableFunction<Void, DataSource> database, List<String> slugs) {
    this.database = database;
    this.slugs = List.copyOf(slugs);
  }

  /**
   * Reads from a database.
   *
   * @param database makes the worker's connections
   * @param slugs these exercises only; empty for the whole catalogue
   */
  public static ReadExercises from(
      SerializableFunction<Void, DataSource> database, List<String> slugs) {
    return new ReadExercises(database, slugs);
  }

  @Override
  public PCollection<CatalogueExercise> expand(PBegin begin) {
    List<String> named = slugs;
    begin
        .getPipeline()
        .getCoderRegistry()
        .registerCoderForClass(CatalogueExercise.class, JsonCoder.of(CatalogueExercise.class));
    return begin
        .apply(
            "Number the partitions",
            Create.of(IntStream.range(0, PARTITIONS).boxed().toList()).withCoder(VarIntCoder.of()))
        .apply("Share them out", Reshuffle.viaRandomKey())
        .apply(
            "Query",
            JdbcIO.<Integer, CatalogueExercise>readAll()
                .withDataSourceProviderFn(database)
                .withQuery(QUERY)
                .withParameterSetter((partition, query) -> bind(query, named, partition))
                .withRowMapper(new RowOfExercise())
                .withFetchSize(FETCH_ROWS)
                // The partitions are parallel enough; another shuffle costs more than the query.
                .withOutputParallelization(false));
  }

  private static void bind(PreparedStatement query, List<String> slugs, int partition)
      throws SQLException {
    Array named = query.getConnection().createArrayOf("text", slugs.toArray());
    query.setArray(1, named);
    query.setArray(2, named);
    query.setInt(3, partition);
  }

  /** A class and not a lambda: the coder is found by the type that it names. */
  private static final class RowOfExercise implements JdbcIO.RowMapper<CatalogueExercise> {
    private static final long serialVersionUID = 1L;

    @Override
    public CatalogueExercise mapRow(ResultSet row) throws SQLException {
      return new CatalogueExercise(
          row.getString("slug"),
          row.getBoolean("known"),
          row.getBoolean("composed"),
          row.getInt("asset_version"),
          List.of((String[]) row.getArray("recipes").getArray()));
    }
  }
}
