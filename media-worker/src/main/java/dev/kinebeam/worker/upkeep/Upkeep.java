package dev.kinebeam.worker.upkeep;

import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.BrokenObject;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.program.cli.ProgressLine;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.worker.rights.ErasedFiles;
import dev.kinebeam.worker.rights.ErasedRows;
import dev.kinebeam.worker.rights.ErasedRows.Erasure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** The recurring work, each piece in short transactions, harmless to repeat. Not thread-safe. */
final class Upkeep {
  private static final int SESSIONS_AT_ONCE = 1000;

  private static final Pattern RECORDING =
      Pattern.compile("recordings/[^/]+/([0-9a-fA-F-]{36})\\.json");

  /**
   * How much earlier than an erasure an event can have been received that the archiver writes after
   * it: Kafka keeps a week.
   */
  private static final Duration ON_ITS_WAY = Duration.ofDays(8);

  private final DatabaseSession session;
  private final String actor;
  private final Clock clock;
  private final Consumer<String> progress;

  /** Works on this session, whose auto-commit is off. */
  Upkeep(DatabaseSession session, String actor, Clock clock, Consumer<String> progress) {
    this.session = session;
    this.actor = actor;
    this.clock = clock;
    this.progress = progress;
  }

  /** A row of the weekly counts that was not what a recount gives; it is now. */
  record Corrected(UUID orgId, LocalDate week, String mediaId, long kept, long counted) {}

  /** What a reconciliation found. */
  record Reconciled(int weeks, List<Corrected> corrected) {
    Reconciled {
      corrected = List.copyOf(corrected);
    }
  }

  /** Counts every week anew whose sessions are all kept, and corrects what differs. */
  Reconciled reconcile() throws SQLException {
    List<LocalDate> weeks =
        session.commit(
            handle -> handle.createQuery("SELECT media_weeks()").mapTo(LocalDate.class).list());
    List<Corrected> corrected = new ArrayList<>();
    ProgressLine line = new ProgressLine(progress);
    int done = 0;
    for (LocalDate week : weeks) {
      // Writers wait for this transaction, so it ends with each week.
      corrected.addAll(reconcile(week));
      int sofar = ++done;
      line.update(() -> "reconcile: %d of %d weeks".formatted(sofar, weeks.size()));
    }
    return new Reconciled(weeks.size(), corrected);
  }

  private List<Corrected> reconcile(LocalDate week) throws SQLException {
    String sql = "SELECT org_id, media_id, kept, counted FROM reconcile_media_week(:week, :actor)";
    return session.commit(
        handle ->
            handle
                .createQuery(sql)
                .bind("week", week)
                .bind("actor", actor)
                .map(
                    (row, context) ->
                        new Corrected(
                            row.getObject("org_id", UUID.class),
                            week,
                            row.getString("media_id"),
                            row.getLong("kept"),
                            row.getLong("counted")))
                .list());
  }

  /** A partition that is no more. */
  record Dropped(String partition, long rows) {}

  /** What became of the partitions. */
  record Partitions(YearMonth keptFrom, List<Dropped> dropped, long weeklyRowsDropped) {
    Partitions {
      dropped = List.copyOf(dropped);
    }
  }

  /**
   * Makes room for the months to come, drops whole months past retention, and weekly rows past
   * theirs.
   *
   * @throws SQLException with state 55P03 when long queries kept it from dropping: try again later
   */
  Partitions partitions(Retention retention) throws SQLException {
    YearMonth present = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC));
    session.commit(
        handle ->
            handle.execute(
                "SELECT ensure_media_partitions(?::timestamptz, 1, ?)",
                present + "-15T00:00:00Z",
                retention.monthsAhead()));
    session.commit(
        handle -> handle.execute("SELECT set_session_months(?)", retention.sessionMonths()));
    YearMonth from = retention.sessionsFrom(present);
    List<Dropped> dropped =
        session.commit(
            handle ->
                handle
                    .createQuery(
                        "SELECT dropped, held FROM drop_media_partitions(:from::timestamptz,"
                            + " :actor)")
                    .bind("from", from + "-01T00:00:00Z")
                    .bind("actor", actor)
                    .map((row, context) -> new Dropped(row.getString(1), row.getLong(2)))
                    .list());
    long weekly =
        session.commit(
            handle ->
                handle
                    .createQuery("SELECT drop_weekly_rows(:from, :actor)")
                    .bind("from", retention.weeksFrom(present))
                    .bind("actor", actor)
                    .mapTo(Long.class)
                    .one());
    return new Partitions(from, dropped, weekly);
  }

  /** How many rows of single clinics were deleted, and of how many clinics. */
  record Expired(int clinics, long rows) {}

  private record ExpiredRows(UUID orgId, long rows) {}

  /** Deletes sessions, stalls and errors that their clinic keeps for a shorter time. */
  Expired expired() throws SQLException {
    ProgressLine line = new ProgressLine(progress);
    Set<UUID> clinics = new HashSet<>();
    long rows = 0;
    // Writers wait for each transaction, so each deletes a month of a clinic.
    while (true) {
      Optional<ExpiredRows> deleted = session.commit(this::dropExpired);
      if (deleted.isEmpty()) {
        return new Expired(clinics.size(), rows);
      }
      clinics.add(deleted.get().orgId());
      rows += deleted.get().rows();
      long sofar = rows;
      line.update(() -> "clinics: %d rows past their retention deleted".formatted(sofar));
    }
  }

  private Optional<ExpiredRows> dropExpired(Handle handle) {
    return handle
        .createQuery("SELECT org, removed FROM drop_expired_rows(:now, :actor)")
        .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
        .bind("actor", actor)
        .map(
            (row, context) ->
                new ExpiredRows(row.getObject("org", UUID.class), row.getLong("removed")))
        .findOne();
  }

  /** Removes changes of automations that are published and past retention; returns how many. */
  long changes(Retention retention) throws SQLException {
    return session.commit(
        handle ->
            handle
                .createQuery("SELECT drop_told_automation_changes(:from, :actor)")
                .bind("from", retention.changesFrom(clock.instant()).atOffset(ZoneOffset.UTC))
                .bind("actor", actor)
                .mapTo(Long.class)
                .one());
  }

  /** What had come back of erased patients, and is deleted again. */
  record Erasures(int erasures, long rows, long archivedRecords, List<BrokenObject> broken) {
    Erasures {
      broken = List.copyOf(broken);
    }
  }

  /**
   * Does the erasures of this last while again: the archiver may have been behind by as much as
   * Kafka keeps.
   */
  Erasures erasures(ArchiveStore store, Duration within) throws SQLException, IOException {
    ErasedRows rows = new ErasedRows(session, actor);
    long returned = rows.eraseReturned() + rows.maskReturned(clock.instant().minus(within));
    List<Erasure> erasures = rows.since(clock.instant().minus(within));
    ErasedFiles files = new ErasedFiles(store, progress);
    long records = 0;
    List<BrokenObject> broken = new ArrayList<>();
    for (Erasure erasure : erasures) {
      Instant from = erasure.erasedAt().minus(ON_ITS_WAY);
      ErasedFiles.Removed gone =
          files.eraseBetween(erasure.patient(), from, erasure.refuseBefore());
      records += gone.archivedRecords();
      broken.addAll(gone.broken());
      if (!gone.nothing()) {
        rows.noteFiles(erasure.patient(), new String(Json.bytes(gone), StandardCharsets.UTF_8));
      }
    }
    return new Erasures(erasures.size(), returned, records, broken);
  }

  /** What became of the recordings. */
  record Recordings(int kept, int deleted) {}

  /** Deletes recordings of sessions that are no more: erased, or past retention. */
  Recordings recordings(ArchiveStore store) throws SQLException, IOException {
    ProgressLine line = new ProgressLine(progress);
    List<StoredObject> objects = store.list(ErasedFiles.RECORDINGS);
    int deleted = 0;
    for (int i = 0; i < objects.size(); i += SESSIONS_AT_ONCE) {
      List<StoredObject> some = objects.subList(i, Math.min(objects.size(), i + SESSIONS_AT_ONCE));
      Set<UUID> known = known(some.stream().map(Upkeep::session).toList());
      for (StoredObject object : some) {
        if (!known.contains(session(object))) {
          store.delete(object.key());
          deleted++;
        }
      }
      int checked = i + some.size();
      line.update(() -> "recordings: %d of %d checked".formatted(checked, objects.size()));
    }
    return new Recordings(objects.size() - deleted, deleted);
  }

  private static UUID session(StoredObject object) {
    Matcher name = RECORDING.matcher(object.key());
    if (!name.matches()) {
      throw new IllegalStateException(
          object.key() + " is not a recording (recordings/ORG/SESSION.json); move it elsewhere");
    }
    return UUID.fromString(name.group(1));
  }

  private Set<UUID> known(List<UUID> sessions) throws SQLException {
    return session.commit(
        handle ->
            handle
                .createQuery("SELECT known_sessions(:sessions)")
                .bindArray("sessions", UUID.class, sessions)
                .mapTo(UUID.class)
                .set());
  }
}
