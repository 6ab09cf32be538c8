package dev.kinebeam.coreapi.rights;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.auth.Principal;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Who did what, in the transaction that does it: the one is not without the other. */
public final class AuditLog {
  /** The key of the details that names a patient; erasure takes the id out of it. */
  public static final String PATIENT = "patient_id";

  private AuditLog() {}

  /**
   * Adds an entry of the caller's organization.
   *
   * @param action such as {@code thresholds.changed}
   * @param subject what it was done to
   * @param details written as JSON
   */
  public static void note(
      Handle handle, Principal caller, String action, String subject, Object details) {
    handle
        .createUpdate(
            """
            INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
            VALUES (gen_random_uuid(), :org, :actor, :action, :subject, :details::jsonb)
            """)
        .bind("org", caller.orgId())
        .bind("actor", caller.subject().toString())
        .bind("action", action)
        .bind("subject", subject)
        .bind("details", new String(Json.bytes(details), UTF_8))
        .execute();
  }

  /**
   * Adds that the caller, one of the staff, read what belongs to one patient. A page that stays
   * open reads again and again: of the same reads in an hour the first is the entry.
   */
  public static void noteRead(
      Handle handle, Principal caller, String action, String subject, UUID patient) {
    if (!patient.equals(caller.subject()) && !isNoted(handle, caller, action, subject)) {
      note(handle, caller, action, subject, Map.of(PATIENT, patient));
    }
  }

  private static boolean isNoted(Handle handle, Principal caller, String action, String subject) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (SELECT FROM audit_log
                            WHERE org_id = :org AND at > now() - interval '1 hour'
                              AND actor = :actor AND action = :action AND subject = :subject)
            """)
        .bind("org", caller.orgId())
        .bind("actor", caller.subject().toString())
        .bind("action", action)
        .bind("subject", subject)
        .mapTo(Boolean.class)
        .one();
  }
}
