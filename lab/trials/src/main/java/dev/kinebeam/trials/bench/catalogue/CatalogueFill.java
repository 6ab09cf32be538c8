package dev.kinebeam.trials.bench.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.patients.Clinics;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** What the bench of the catalogue asks for. */
final class CatalogueFill {
  /** An exercise of composed videos with many renders. */
  static final String COMPOSED = "bench-composed";

  static final Clinics.Clinic CLINIC = Clinics.ALL.get(0);
  static final UUID PATIENT = UuidV5.of(CLINIC.orgId(), "bench patient");
  static final int EXERCISES = 1_000;
  static final int RENDERS = 1_000;
  static final int WORKOUTS = 500;

  /** The render that is looked up, one of {@link #RENDERS}. */
  static final Recipe RECIPE =
      new Recipe(
          COMPOSED, "ro", List.of(new SetSpec("left", 10), new SetSpec("right", 10)), null, false);

  private static final String EXERCISES_SQL =
      """
      INSERT INTO exercises (slug, kind, status, display_name, description, translations, difficulty)
      SELECT 'bench-' || n, 'duration_based', 'published', 'Întindere ' || n || ' șold',
             repeat('Stai drept și respiră. ', 10),
             jsonb_build_object('en', jsonb_build_object('display_name', 'Hip stretch ' || n)),
             1 + n %% 5
        FROM generate_series(1, %1$d) AS n;
      INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version,
                                    status, host, host_video_id, duration_seconds, finished_at)
      SELECT gen_random_uuid(), exercise_id, '_imported', language, 1, 'ready', 'own',
             gen_random_uuid()::text, 30, now()
        FROM exercises CROSS JOIN unnest('{ro,en}'::text[]) AS language
       WHERE slug LIKE 'bench-%%' ORDER BY language DESC;
      INSERT INTO exercise_body_regions (slug, name) VALUES ('bench-hip', 'Hip');
      INSERT INTO exercise_tags (exercise_id, body_region_id)
      SELECT exercise_id, body_region_id FROM exercises, exercise_body_regions
       WHERE exercises.slug LIKE 'bench-%%' AND difficulty = 3;
      INSERT INTO exercise_instructions (exercise_id, position, kind, texts)
      SELECT exercise_id, p, 'step', '{"ro": "Du genunchiul în afară.", "en": "Move the knee."}'
        FROM exercises CROSS JOIN generate_series(0, 3) AS p WHERE slug LIKE 'bench-%%';
      INSERT INTO exercises (slug, kind, status, display_name)
      VALUES ('%2$s', 'reps_based', 'published', 'Bench');
      INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version,
                                    recipe, status, host, host_video_id, duration_seconds, finished_at)
      SELECT gen_random_uuid(), exercise_id, md5(n::text), 'ro', 1, '{}', 'ready', 'own',
             gen_random_uuid()::text, 96, now()
        FROM exercises CROSS JOIN generate_series(2, %3$d) AS n WHERE slug = '%2$s';
      """;

  /** Three exercises each, of which the last is not ready. */
  private static final String WORKOUTS_SQL =
      """
      INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, created_by)
      SELECT gen_random_uuid(), '%1$s', '%2$s', current_date + n %% 14, 'bench'
        FROM generate_series(1, %3$d) AS n;
      INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version,
                                    recipe, status)
      SELECT gen_random_uuid(), exercise_id, 'awaited', 'ro', 1, '{}', 'queued'
        FROM exercises WHERE slug = '%4$s';
      INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id, language,
                                     sets, render_id)
      SELECT workout_id, p, org_id, patient_id, exercise_id, 'ro', '[{"side": "left", "reps": 10}]',
             render_id
        FROM workouts CROSS JOIN generate_series(0, 2) AS p
        JOIN LATERAL (SELECT render_id, exercise_id FROM exercise_renders JOIN exercises USING (exercise_id)
                       WHERE slug = '%4$s'
                         AND recipe_hash = CASE p WHEN 2 THEN 'awaited' ELSE md5((p + 2)::text) END
                     ) AS render ON true
       WHERE created_by = 'bench';
      ANALYZE;
      """;

  private CatalogueFill() {}

  /** Fills a new database, and the bucket with a bundle whose files are empty. */
  static void fill(DataSource owner, ObjectStore assets) throws SQLException, IOException {
    try (Connection connection = owner.getConnection();
        Statement statement = connection.createStatement()) {
      people(connection);
      statement.execute(EXERCISES_SQL.formatted(EXERCISES, COMPOSED, RENDERS));
      ready(connection);
      statement.execute(WORKOUTS_SQL.formatted(CLINIC.orgId(), PATIENT, WORKOUTS, COMPOSED));
    }
    bundle(assets);
  }

  private static void people(Connection connection) throws SQLException {
    try (PreparedStatement person =
            connection.prepareStatement(
                "INSERT INTO people (org_id, person_id, role, display_name) VALUES (?, ?, ?, 'B')"
                    + " ON CONFLICT DO NOTHING");
        PreparedStatement link =
            connection.prepareStatement(
                "INSERT INTO care_links (org_id, patient_id, specialist_id) VALUES (?, ?, ?)")) {
      person.setObject(1, CLINIC.orgId());
      person.setObject(2, PATIENT);
      person.setString(3, "patient");
      person.execute();
      link.setObject(1, CLINIC.orgId());
      link.setObject(2, PATIENT);
      link.setObject(3, CLINIC.specialistId());
      link.execute();
    }
  }

  private static void ready(Connection connection) throws SQLException {
    RenderKey key = RenderKey.of(RECIPE, 1);
    try (PreparedStatement render =
        connection.prepareStatement(
            """
            INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version,
                                          recipe, status, host, host_video_id, duration_seconds, finished_at)
            SELECT ?, exercise_id, ?, 'ro', 1, ?::jsonb, 'ready', 'own', gen_random_uuid()::text, 96, now()
              FROM exercises WHERE slug = ?
            """)) {
      render.setObject(1, key.renderId());
      render.setString(2, key.recipeHash());
      render.setString(3, RECIPE.toJson().toString());
      render.setString(4, COMPOSED);
      render.execute();
    }
  }

  /** A bump lists the files and reads the manifest alone. */
  private static void bundle(ObjectStore assets) throws IOException {
    String manifest =
        """
        {"exercise": "%s", "reps_per_video_block": 5, "counts_per_audio_master": 20,
         "sides": ["left", "right"], "languages": ["ro"]}
        """
            .formatted(COMPOSED);
    assets.put(COMPOSED + "/manifest.json", manifest.getBytes(UTF_8), "application/json");
    for (String slot : List.of("intro", "pauza", "outro", "rep-left", "rep-right")) {
      assets.put(COMPOSED + "/" + slot + "-video-1.mp4", new byte[0], "video/mp4");
      assets.put(COMPOSED + "/audio/ro/" + slot + "-vo-1.mp3", new byte[0], "audio/mpeg");
    }
  }
}
