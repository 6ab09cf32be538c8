package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.UuidV5;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One row of {@code audit_log}.
 *
 * @param auditId derived from what happened, so that a replay adds nothing
 * @param details a JSON object
 */
public record AuditEntry(UUID auditId, UUID orgId, String action, String subject, String details) {
  private static final UUID NAMESPACE = UuidV5.of(new UUID(0, 0), "kinebeam.dev/take-over");
  private static final String REFUSED = "session.take_over_refused";

  /**
   * One entry for the organisation of whoever tried, with a name, and one for the owner's, which
   * learns that it happened but not of whom: that is another organisation's patient.
   */
  public static List<AuditEntry> of(TakeOver refused) {
    String session = refused.sessionId().toString();
    String who = session + '\n' + refused.orgId() + '\n' + refused.patientId();
    return List.of(
        new AuditEntry(
            UuidV5.of(NAMESPACE, who + "\nclaimant"),
            refused.orgId(),
            REFUSED,
            session,
            json(Map.of("side", "claimant", "patient_id", refused.patientId().toString()))),
        new AuditEntry(
            UuidV5.of(NAMESPACE, who + "\nowner"),
            refused.ownerOrgId(),
            REFUSED,
            session,
            json(Map.of("side", "owner"))));
  }

  private static String json(Map<String, String> details) {
    return new String(Json.bytes(details), StandardCharsets.UTF_8);
  }
}
