package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.RefusedRows;
import dev.kinebeam.schemas.event.DeadLetter;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Whose sessions the database knows; what is left of a session's owner when its state is cleared.
 */
final class SessionOwners {
  private static final String OTHERS =
      """
      SELECT n.i, s.org_id
        FROM unnest(:session::uuid[], :org::uuid[], :patient::uuid[])
             WITH ORDINALITY AS n(session_id, org_id, patient_id, i)
        JOIN media_session_metrics AS s ON s.session_id = n.session_id
       WHERE s.org_id <> n.org_id OR s.patient_id <> n.patient_id\
      """;

  /** A row's say in whose session it is; times in milliseconds. */
  record Row(UUID sessionId, UUID orgId, UUID patientId, int events, long firstMs, long lastMs) {}

  /** A claim, by its place, on a session that another organisation or patient owns. */
  private record Other(int place, UUID orgId) {}

  private SessionOwners() {}

  /**
   * Lets rows pass that are of their session's owner, or of a session that has no row yet.
   *
   * @throws RefusedRows naming the rows that are not
   */
  static <R> void check(Handle handle, List<R> rows, Function<R, Row> owner) throws RefusedRows {
    List<Row> claims = rows.stream().map(owner).toList();
    List<Other> others =
        handle
            .createQuery(OTHERS)
            .bindArray("session", UUID.class, claims.stream().map(Row::sessionId).iterator())
            .bindArray("org", UUID.class, claims.stream().map(Row::orgId).iterator())
            .bindArray("patient", UUID.class, claims.stream().map(Row::patientId).iterator())
            .map(
                (found, context) ->
                    new Other(
                        Math.toIntExact(found.getLong("i")) - 1,
                        found.getObject("org_id", UUID.class)))
            .list();
    if (others.isEmpty()) {
      return;
    }
    IdentityHashMap<Object, DeadLetter> refused = new IdentityHashMap<>();
    for (Other other : others) {
      Row row = claims.get(other.place);
      TakeOver refusal =
          new TakeOver(
              row.sessionId(),
              row.orgId(),
              row.patientId(),
              other.orgId,
              row.events(),
              row.firstMs(),
              row.lastMs());
      refused.put(rows.get(other.place), refusal.deadLetter());
    }
    throw new RefusedRows("rows of sessions of other patients", refused);
  }
}
