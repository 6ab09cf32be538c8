package dev.kinebeam.coreapi.clinic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.coreapi.input.CostlyReads;
import dev.kinebeam.coreapi.input.SpooledFile;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /v1/media/sessions.csv}: the list of {@link ListSessions} as comma-separated values,
 * times in the clinic's zone, the newest first, at most {@value #MOST} of them. It is gathered page
 * by page, each in a transaction of its own, in a file that is deleted when the answer is over;
 * {@code X-Truncated} says whether there were more. Whoever takes it is in the audit log.
 */
public final class ExportSessions implements Route.Handler {
  private static final int MOST = 100_000;
  private static final int PAGE = 2_000;

  /** By which spreadsheets know that the file is UTF-8. */
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private static final String[] HEADINGS = {
    "session_id",
    "started_at",
    "status",
    "patient_id",
    "patient",
    "exercise",
    "media_id",
    "watched_seconds",
    "completion_percent",
    "start_up_ms",
    "ttfb_ms",
    "stalls",
    "stall_ms",
    "errors",
    "fatal_error",
    "device",
    "os",
    "browser",
    "connection",
    "resolution"
  };

  private final Database database;
  private final Clock clock;
  private final CostlyReads reads = new CostlyReads(2, 10);

  public ExportSessions(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Set<String> parameters() {
    return SessionFilter.PARAMETERS;
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    Inputs inputs = new Inputs(call);
    SessionFilter filter = SessionFilter.read(inputs, clock);
    inputs.check();
    return reads.run(caller, () -> export(caller, filter));
  }

  private Reply export(Principal caller, SessionFilter filter) throws IOException {
    ZoneId zone =
        database.inOrg(caller.orgId(), handle -> Organization.zone(handle, caller.orgId()));
    Gathered gathered = new Gathered();
    SpooledFile file =
        SpooledFile.write("sessions", out -> gathered.write(caller, filter, zone, out));
    database.inOrg(
        caller.orgId(),
        handle -> {
          AuditLog.note(handle, caller, "sessions.exported", "sessions", details(filter, gathered));
          return gathered;
        });
    return Reply.streamed("text/csv; charset=utf-8", file)
        .with("Content-Disposition", "attachment; filename=\"" + name(filter, zone) + "\"")
        .with("X-Truncated", Boolean.toString(gathered.truncated))
        .with("Cache-Control", "no-store");
  }

  private static Map<String, Object> details(SessionFilter filter, Gathered gathered) {
    Map<String, Object> details = new LinkedHashMap<>();
    filter.patientId().ifPresent(patient -> details.put(AuditLog.PATIENT, patient));
    details.put("from", filter.window().fromText());
    details.put("to", filter.window().toText());
    details.put("sessions", gathered.rows);
    return details;
  }

  private static String name(SessionFilter filter, ZoneId zone) {
    Instant last = filter.window().to().minus(1, ChronoUnit.MILLIS);
    return "sessions-%s-to-%s.csv"
        .formatted(
            filter.window().from().atZone(zone).toLocalDate(), last.atZone(zone).toLocalDate());
  }

  /** The rows that were found so far. */
  private final class Gathered {
    private int rows;
    private boolean truncated;

    void write(Principal caller, SessionFilter filter, ZoneId zone, OutputStream out)
        throws IOException {
      out.write((BYTE_ORDER_MARK + CsvLine.of((Object[]) HEADINGS)).getBytes(UTF_8));
      SessionFilter rest = filter;
      while (true) {
        int wanted = Math.min(PAGE, MOST + 1 - rows);
        SessionFilter asked = rest;
        List<SessionSummary> page =
            database.inOrg(
                caller.orgId(), handle -> SessionsQuery.page(handle, caller, asked, wanted));
        truncated = rows + page.size() > MOST;
        for (SessionSummary session : truncated ? page.subList(0, MOST - rows) : page) {
          out.write(line(session, zone).getBytes(UTF_8));
        }
        rows = Math.min(MOST, rows + page.size());
        if (page.size() < wanted || truncated) {
          return;
        }
        rest = filter.continuedAfter(Optional.of(ListSessions.after(page.get(page.size() - 1))));
      }
    }
  }

  private static String line(SessionSummary session, ZoneId zone) {
    SessionSummary.Identity identity = session.identity();
    return CsvLine.of(
        identity.sessionId(),
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            Instant.parse(session.course().startedAt()).atZone(zone)),
        Words.write(session.course().status()),
        identity.patientId(),
        identity.names().patientName(),
        Optional.ofNullable(identity.names().exerciseName()).orElse(identity.exercise()),
        identity.mediaId(),
        session.viewing().watchedDurationSeconds(),
        session.viewing().completionPercent(),
        session.startUp().videoLoadTimeMs(),
        session.startUp().ttfbMs(),
        session.smoothness().stallCount(),
        session.smoothness().stallDurationMs(),
        session.faults().errorCount(),
        session.faults().fatalError(),
        session.client().device(),
        session.client().os(),
        session.client().browser(),
        session.client().connectionType(),
        session.smoothness().peakResolution());
  }
}
