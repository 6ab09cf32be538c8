package dev.kinebeam.catalog.people;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * A clinic.
 *
 * @param timeZone in whose days and weeks its figures are counted
 * @param locale the language of its people unless they have one of their own, as {@code en} or
 *     {@code pt-BR}
 * @param retentionMonths how long its sessions are kept; empty: as long as the platform keeps them
 */
public record Organization(
    UUID id, String name, ZoneId timeZone, String locale, Optional<Integer> retentionMonths) {
  /** Of organizations that were never entered. */
  public static final ZoneId DEFAULT_ZONE = ZoneId.of("UTC");

  /** The organization, under the policies of the transaction. */
  public static Optional<Organization> find(Handle handle, UUID id) {
    return handle
        .createQuery("SELECT * FROM organizations WHERE org_id = :org")
        .bind("org", id)
        .map((row, context) -> of(row))
        .findOne();
  }

  /** The zone that the organization's days and weeks are counted in. */
  public static ZoneId zone(Handle handle, UUID id) {
    return find(handle, id).map(Organization::timeZone).orElse(DEFAULT_ZONE);
  }

  private static Organization of(ResultSet row) throws SQLException {
    return new Organization(
        row.getObject("org_id", UUID.class),
        row.getString("name"),
        ZoneId.of(row.getString("time_zone")),
        row.getString("locale"),
        Optional.ofNullable(row.getObject("retention_months", Integer.class)));
  }
}
