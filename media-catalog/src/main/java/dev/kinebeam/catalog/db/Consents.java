package dev.kinebeam.catalog.db;

import java.util.UUID;
import java.util.regex.Pattern;

/** What patients agreed to. */
public final class Consents {
  /** The purpose that telemetry needs. */
  public static final String ANALYTICS = "analytics";

  private static final Pattern PURPOSE = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  private final Database database;

  public Consents(Database database) {
    this.database = database;
  }

  /** Whether this can be the name of a purpose: a lower-case word. */
  public static boolean isPurpose(String word) {
    return PURPOSE.matcher(word).matches();
  }

  /** Whether the patient agrees to {@code purpose} now; never asked means no. */
  public boolean active(UUID orgId, UUID patientId, String purpose) {
    return database.inOrg(
        orgId,
        handle ->
            handle
                .createQuery(
                    """
                    SELECT active FROM consents
                     WHERE org_id = :org AND patient_id = :patient AND purpose = :purpose
                    """)
                .bind("org", orgId)
                .bind("patient", patientId)
                .bind("purpose", purpose)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false));
  }
}
