package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.coreapi.clinic.HealthReader.Kept;
import dev.kinebeam.coreapi.clinic.HealthSources.OfSessions;
import dev.kinebeam.coreapi.clinic.HealthSources.OfWeeks;
import dev.kinebeam.coreapi.clinic.HealthSources.Weeks;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Computes {@link VideoHealth} from the sessions that began in the window and the one before, or,
 * where these are very many, from the weekly rows and the sessions at the windows' ends.
 */
final class VideoHealthQuery {
  /** As many sessions are read in less time than a page waits for (ADR 19). */
  private static final long MAX_READ = 20_000;

  private final Database database;
  private final long mostRead;

  VideoHealthQuery(Database database) {
    this(database, MAX_READ);
  }

  /**
   * A query that reads the weekly rows where those of whole weeks count more sessions than {@code
   * mostRead}.
   */
  VideoHealthQuery(Database database, long mostRead) {
    this.database = database;
    this.mostRead = mostRead;
  }

  VideoHealth run(UUID orgId, AskedTime time, Optional<Dimension> by) {
    return database.inOrgAtOneMoment(
        orgId, handle -> run(handle, time, Organization.zone(handle, orgId), by));
  }

  private VideoHealth run(Handle handle, AskedTime time, ZoneId zone, Optional<Dimension> by) {
    QueryPlanning.forFigures(handle);
    Window window = time.in(zone);
    HealthReader reader = new HealthReader(handle, window, zone, by);
    HealthSources sources = sources(reader);
    HealthAnswer answer =
        new HealthAnswer(window, zone, by, sources, HealthSheet.of(reader.rows(sources)));
    VideoHealth.Prescribed prescribed = reader.prescribed();
    return answer.with(
        new HealthAnswer.Details(
            reader.slugs(answer.namedVideos()),
            reader.stallTimes(answer.worstVideos()),
            reader.patients(prescribed.patients()),
            prescribed.exercises()));
  }

  private HealthSources sources(HealthReader reader) {
    Weeks weeks = Weeks.of(reader.window(), reader.by(), reader.keptFrom(), reader.zone());
    if (weeks.isEmpty()) {
      return new OfSessions(reader.window());
    }
    Kept kept = reader.kept(weeks);
    return kept.sessions() > mostRead
        ? new OfWeeks(weeks, kept.bounds())
        : new OfSessions(reader.window());
  }
}
