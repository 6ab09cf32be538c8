package dev.kinebeam.coreapi.automations;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.streams.ChangeStreams;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.UUID;

/**
 * {@code GET /v1/automations/stream}: server-sent events, one for each change of the caller's
 * organisation, in order and once; {@code id} is the change's number. {@code Last-Event-ID} resumes
 * after that change; without it the stream begins with the next change. A stream holds no place
 * among the requests in flight; it ends when the Core API stops, and clients come back with the
 * last id.
 */
public final class StreamAutomations implements Route.Handler {
  private final ChangeStreams<UUID> streams;

  public StreamAutomations(Database database) {
    this.streams = new ChangeStreams<>("automation-streams", new Changes(database));
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    return streams.reply(call, caller.orgId(), caller.orgId());
  }

  /** The changes of an organisation's automations. */
  private record Changes(Database database) implements ChangeStreams.Source<UUID> {
    @Override
    public long newest() {
      return database.inTransaction(
          handle ->
              handle.createQuery("SELECT newest_automation_change()").mapTo(Long.class).one());
    }

    @Override
    public List<ChangeStreams.Change> after(UUID orgId, long last, int most) {
      return database.inOrg(
          orgId,
          handle ->
              handle
                  .createQuery(
                      """
                      SELECT change_id, payload->>'change' AS kind, payload::text AS payload
                        FROM automation_changes
                       WHERE org_id = :org AND change_id > :last
                       ORDER BY change_id LIMIT :page
                      """)
                  .bind("org", orgId)
                  .bind("last", last)
                  .bind("page", most)
                  .map(
                      (row, context) ->
                          new ChangeStreams.Change(
                              row.getLong("change_id"),
                              row.getString("kind"),
                              row.getString("payload")))
                  .list());
    }
  }
}
