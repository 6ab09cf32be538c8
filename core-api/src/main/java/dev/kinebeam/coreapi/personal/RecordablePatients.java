package dev.kinebeam.coreapi.personal;

import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * {@code GET …/patients?limit=&offset=}: the active patients whom the caller reaches, by their
 * names.
 */
record RecordablePatients(Asked asked) implements Route.Handler {
  private static final int MOST = 700;
  private static final int MOST_OFFSET = 1_000_000;

  private record One(UUID id, String name) {}

  /**
   * A page.
   *
   * @param total patients on all pages
   */
  record Page(List<One> patients, int total, int limit, int offset) {}

  /** How the page is read, once the caller may. */
  interface Asked {
    Page page(Principal caller, Reading reading) throws Problem;
  }

  /** Reads the page in a transaction. */
  interface Reading {
    Page of(Handle handle, PatientAccess access);
  }

  @Override
  public Set<String> parameters() {
    return Set.of("limit", "offset");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    int limit = inputs.number("limit", 1, MOST).orElse(MOST);
    int offset = inputs.number("offset", 0, MOST_OFFSET).orElse(0);
    inputs.check();
    return Reply.json(
        200, asked.page(caller, (handle, access) -> read(handle, access, limit, offset)));
  }

  private static Page read(Handle handle, PatientAccess access, int limit, int offset) {
    String whom =
        " FROM people WHERE role = 'patient' AND active AND " + access.condition("person_id");
    List<One> page =
        access
            .bind(
                handle.createQuery(
                    "SELECT person_id, display_name"
                        + whom
                        + " ORDER BY lower(display_name), person_id LIMIT :limit OFFSET :offset"))
            .bind("limit", limit)
            .bind("offset", offset)
            .map(
                (row, context) ->
                    new One(row.getObject("person_id", UUID.class), row.getString("display_name")))
            .list();
    int total =
        access.bind(handle.createQuery("SELECT count(*)" + whom)).mapTo(Integer.class).one();
    return new Page(page, total, limit, offset);
  }
}
