package dev.kinebeam.coreapi.people;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.PatientExport;
import dev.kinebeam.coreapi.input.CostlyReads;
import dev.kinebeam.coreapi.input.SpooledFile;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.time.Clock;

/**
 * {@code POST /v1/me/export}: everything that is kept of the patient, as one ZIP of JSON. It is
 * made in a file that is deleted when the answer is over, and never held in memory; a few at once,
 * and {@link #PER_MINUTE} of each patient in a minute.
 */
public final class MyExport implements Route.Handler {
  /** Who lost a download asks for it again. */
  static final int PER_MINUTE = 3;

  private final Database database;
  private final Clock clock;
  private final CostlyReads reads = new CostlyReads(2, PER_MINUTE);

  public MyExport(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    return reads.run(caller, () -> export(caller));
  }

  private Reply export(Principal caller) throws IOException {
    PatientExport export =
        new PatientExport(
            caller.orgId(), caller.subject(), caller.subject().toString(), clock.instant());
    SpooledFile file =
        SpooledFile.write(
            "export",
            out -> database.inOrgAtOneMoment(caller.orgId(), handle -> export.write(handle, out)));
    return Reply.streamed("application/zip", file)
        .with("Content-Disposition", "attachment; filename=\"my-data.zip\"")
        .with("Cache-Control", "no-store");
  }
}
