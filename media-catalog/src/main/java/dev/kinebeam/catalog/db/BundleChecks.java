package dev.kinebeam.catalog.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/** What the last check of each exercise's bundle found. */
public record BundleChecks(Database database) {
  /**
   * A check.
   *
   * @param usable whether renders can be made of all of the bundle
   * @param report with its files and findings
   */
  public record Check(
      Instant checkedAt, boolean usable, int errors, int warnings, JsonNode report) {}

  /**
   * Takes a check's report ({@code usable}, {@code errors}, {@code warnings}, {@code files}) in
   * place of an earlier one.
   *
   * @return false when the catalogue has no such exercise
   */
  public boolean record(String slug, JsonNode report) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(
                        """
                        INSERT INTO bundle_checks (exercise_id, usable, errors, warnings, report)
                        SELECT exercise_id, :usable, :errors, :warnings, :report::jsonb
                          FROM exercises WHERE slug = :slug
                        ON CONFLICT (exercise_id) DO UPDATE
                           SET checked_at = now(), usable = excluded.usable,
                               errors = excluded.errors, warnings = excluded.warnings,
                               report = excluded.report
                        """)
                    .bind("slug", slug)
                    .bind("usable", report.path("usable").asBoolean())
                    .bind("errors", report.path("errors").asInt())
                    .bind("warnings", report.path("warnings").asInt())
                    .bind("report", report.toString())
                    .execute()
                == 1);
  }

  /** The last check of an exercise that this organisation sees. */
  public Optional<Check> find(Optional<UUID> organisation, UUID exercise) {
    return database.inOrgOf(
        organisation,
        handle ->
            handle
                .createQuery("SELECT * FROM bundle_checks WHERE exercise_id = :id")
                .bind("id", exercise)
                .map((row, context) -> check(row))
                .findOne());
  }

  private static Check check(ResultSet row) throws SQLException {
    try {
      return new Check(
          row.getObject("checked_at", OffsetDateTime.class).toInstant(),
          row.getBoolean("usable"),
          row.getInt("errors"),
          row.getInt("warnings"),
          Json.MAPPER.readTree(row.getString("report")));
    } catch (JsonProcessingException e) {
      throw new SQLException("PostgreSQL wrote JSON that is none", e);
    }
  }
}
