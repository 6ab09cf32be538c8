package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.coreapi.clinic.HealthReader.Counted;
import dev.kinebeam.coreapi.clinic.HealthSources.Days;
import dev.kinebeam.coreapi.clinic.HealthSources.OfDays;
import dev.kinebeam.coreapi.clinic.HealthSources.OfSessions;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Computes {@link VideoHealth} from the sessions that began in the window and the one before, or,
 * where these are very many, from the rows of counted days and the sessions of the rest. Each
 * question has a short transaction of its own.
 */
final class VideoHealthQuery {
  /** As many sessions are read in less time than a page waits for (ADR 64). */
  private static final long MAX_READ = 5_000;

  private final Database database;
  private final Clock clock;
  private final long mostRead;

  VideoHealthQuery(Database database, Clock clock) {
    this(database, clock, MAX_READ);
  }

  /**
   * A query that reads the rows of counted days where they count more sessions than {@code
   * mostRead}.
   */
  VideoHealthQuery(Database database, Clock clock, long mostRead) {
    this.database = database;
    this.clock = clock;
    this.mostRead = mostRead;
  }

  /** What was read of the figures. */
  private record Read(Window window, ZoneId zone, HealthSources sources, List<HealthRow> rows) {}

  VideoHealth run(UUID orgId, AskedTime time, Optional<Dimension> by, boolean funnel) {
    Read read =
        database.inOrgAtOneMoment(
            orgId, handle -> read(handle, time, Organization.zone(handle, orgId), by));
    HealthAnswer answer =
        new HealthAnswer(
            read.window(), read.zone(), by, read.sources(), HealthSheet.of(read.rows()));
    HealthAnswer.Names names =
        database.inOrg(
            orgId,
            handle -> {
              HealthReader reader = new HealthReader(handle, read.window(), read.zone(), by);
              return new HealthAnswer.Names(
                  reader.exercises(answer.namedVideos()), reader.stallTimes(answer.worstVideos()));
            });
    HealthAnswer.Trust trust =
        database.inOrg(orgId, handle -> new TrustReader(handle).read(clock.instant()));
    Optional<VideoHealth.Funnel> steps =
        funnel
            ? Optional.of(answer.funnel(funnel(orgId, read.window(), read.zone())))
            : Optional.empty();
    return answer.with(names, trust, steps);
  }

  /** How far patients came with what was prescribed, and how many opened anything. */
  VideoHealth.Adherence adherence(UUID orgId, AskedTime time) {
    ZoneId zone = database.inOrg(orgId, handle -> Organization.zone(handle, orgId));
    Window window = time.in(zone);
    HealthAnswer.Counts funnel = funnel(orgId, window, zone);
    return new VideoHealth.Adherence(
        window.fromText(), window.toText(), zone.getId(), funnel.exercises(), funnel.patients());
  }

  private HealthAnswer.Counts funnel(UUID orgId, Window window, ZoneId zone) {
    return database.inOrgAtOneMoment(
        orgId,
        handle -> {
          QueryPlanning.forFigures(handle);
          return new HealthReader(handle, window, zone, Optional.empty()).funnel();
        });
  }

  private Read read(Handle handle, AskedTime time, ZoneId zone, Optional<Dimension> by) {
    QueryPlanning.forFigures(handle);
    Window window = time.in(zone);
    HealthReader reader = new HealthReader(handle, window, zone, by);
    HealthSources sources = sources(reader);
    return new Read(window, zone, sources, reader.rows(sources));
  }

  private HealthSources sources(HealthReader reader) {
    if (reader.by().equals(Optional.of(Dimension.HOUR))) {
      return new OfSessions(reader.window());
    }
    Counted counted = reader.counted();
    Days days =
        Days.of(reader.window(), counted.sessions().keySet(), counted.keptFrom(), reader.zone());
    long sessions =
        counted.sessions().entrySet().stream()
            .filter(
                day ->
                    days.before().contains(day.getKey()) || days.present().contains(day.getKey()))
            .mapToLong(day -> day.getValue())
            .sum();
    return days.isEmpty() || sessions <= mostRead
        ? new OfSessions(reader.window())
        : new OfDays(days, reader.bounds());
  }
}
