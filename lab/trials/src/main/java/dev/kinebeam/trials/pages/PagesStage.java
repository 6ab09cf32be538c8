package dev.kinebeam.trials.pages;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.past.PastSessions;
import dev.kinebeam.trials.past.PastVideo;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * A Core API over the demo's clinics and their past weeks, without jobs that write more: what pages
 * are measured and photographed on when no demo runs. Videos are known and cannot be fetched.
 */
public final class PagesStage implements Closeable {
  /** The clinic whose pages are looked at; it has an inbox. */
  public static final Clinics.Clinic CLINIC = Clinics.ALL.get(0);

  private static final String VIDEOS =
      """
      SELECT e.slug, e.media_id, r.render_id, r.duration_seconds
        FROM exercises AS e
        JOIN exercise_previews AS p USING (exercise_id)
        JOIN exercise_renders AS r USING (render_id)
       WHERE p.language = 'ro' ORDER BY e.slug
      """;

  /** Today's workout of everybody who had one in the past weeks: three exercises. */
  private static final String TODAY =
      """
      WITH today AS (
        INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by,
                              created_at, visible_at)
        SELECT gen_random_uuid(), org_id, patient_id,
               (now() AT TIME ZONE o.time_zone)::date, 'visible', max(created_by),
               now() - interval '1 day', now() - interval '1 day'
          FROM workouts JOIN organizations AS o USING (org_id)
         GROUP BY org_id, patient_id, o.time_zone
        RETURNING *)
      INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id, language,
                                     sets, render_id)
      SELECT t.workout_id, row_number() OVER (PARTITION BY t.workout_id ORDER BY r.render_id) - 1,
             t.org_id, t.patient_id, r.exercise_id, 'en', r.recipe -> 'sets', r.render_id
        FROM today AS t
       CROSS JOIN (SELECT * FROM exercise_renders WHERE language = 'en' AND status = 'ready'
                    ORDER BY render_id LIMIT 3) AS r
      """;

  private final LocalStack stack;
  private final ServerProcess coreApi;
  private final DataSource owner;

  private PagesStage(LocalStack stack, ServerProcess coreApi, DataSource owner) {
    this.stack = stack;
    this.coreApi = coreApi;
    this.owner = owner;
  }

  /**
   * Starts it over an empty folder.
   *
   * @param progress gets a line per step
   */
  public static PagesStage start(Path folder, Consumer<String> progress)
      throws IOException, SQLException {
    LocalStack stack = LocalStack.start(StackSettings.forTests(folder));
    try {
      Endpoints endpoints = stack.endpoints();
      DemoDatabase database = new DemoDatabase(endpoints.database());
      progress.accept(fill(endpoints, database) + " sessions of three weeks written");
      ServerProcess coreApi = ServerProcess.coreApi(endpoints, folder, 0, "--development");
      progress.accept("core-api ready at " + coreApi.address());
      return new PagesStage(stack, coreApi, database.owner());
    } catch (IOException | SQLException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private static int fill(Endpoints endpoints, DemoDatabase database) throws SQLException {
    Instant now = Instant.now();
    database.people(PastSessions.people());
    Jdbi owner = Jdbi.create(database.owner());
    owner.useTransaction(
        handle -> {
          SmallClinic.catalogue(handle);
          SmallClinic.automations(handle, CLINIC.orgId(), now);
        });
    List<PastVideo> videos = videos(owner);
    PastSessions past = PastSessions.before(now, videos);
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    int written =
        past.write(
            new DatabaseSettings(endpoints.database().url(), login.user(), login.password()),
            database.owner());
    past.prescribe(database.owner(), videos.get(0));
    owner.useHandle(
        handle -> {
          handle.execute(TODAY);
          handle.execute("ANALYZE");
        });
    return written;
  }

  private static List<PastVideo> videos(Jdbi owner) {
    return owner.withHandle(
        handle ->
            handle
                .createQuery(VIDEOS)
                .map(
                    (row, context) ->
                        new PastVideo(
                            row.getString("slug"),
                            row.getString("media_id"),
                            Optional.of(row.getObject("render_id", UUID.class)),
                            row.getDouble("duration_seconds"),
                            OptionalDouble.of(0.63 * row.getDouble("duration_seconds"))))
                .list());
  }

  /** Where the pages are. */
  public URI address() {
    return coreApi.address();
  }

  /** The database past every policy. */
  public DataSource owner() {
    return owner;
  }

  @Override
  public void close() throws IOException {
    try (stack) {
      coreApi.close();
    }
  }
}
