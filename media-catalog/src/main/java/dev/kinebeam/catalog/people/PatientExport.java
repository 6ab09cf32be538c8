package dev.kinebeam.catalog.people;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Rfc3339;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;

/**
 * Everything that the tables hold of one patient, as a ZIP of JSON: a list for each table, and
 * {@code export.json}, which says how many rows each has. The tables are those that erasure
 * empties, found by the same function of the database.
 *
 * @param actor who the audit log says it was
 */
public record PatientExport(UUID orgId, UUID patientId, String actor, Instant at) {
  private static final int ROWS_AT_ONCE = 500;
  private static final String CONTENTS = "export.json";

  private record Row(String relation, String content) {}

  private record Contents(
      int v, UUID orgId, UUID patientId, String exportedAt, Map<String, Long> rows) {}

  /**
   * Writes the ZIP, which holds few rows in memory, and returns how many rows each table has.
   *
   * @param handle in a transaction
   */
  public Map<String, Long> write(Handle handle, OutputStream out) throws IOException {
    Map<String, Long> counts = new LinkedHashMap<>();
    ZipOutputStream zip = new ZipOutputStream(out, UTF_8);
    try (ResultIterator<Row> rows = rows(handle)) {
      while (rows.hasNext()) {
        add(zip, counts, rows.next());
      }
    }
    if (!counts.isEmpty()) {
      end(zip);
    }
    zip.putNextEntry(new ZipEntry(CONTENTS));
    zip.write(Json.bytes(new Contents(1, orgId, patientId, Rfc3339.text(at), counts)));
    zip.closeEntry();
    zip.finish();
    return counts;
  }

  private ResultIterator<Row> rows(Handle handle) {
    return handle
        .createQuery("SELECT relation, content FROM export_patient(:org, :patient, :actor)")
        .bind("org", orgId)
        .bind("patient", patientId)
        .bind("actor", actor)
        .setFetchSize(ROWS_AT_ONCE)
        .map((row, context) -> new Row(row.getString("relation"), row.getString("content")))
        .iterator();
  }

  /** Rows of one table come one after another. */
  private static void add(ZipOutputStream zip, Map<String, Long> counts, Row row)
      throws IOException {
    boolean first = !counts.containsKey(row.relation);
    if (first && !counts.isEmpty()) {
      end(zip);
    }
    if (first) {
      zip.putNextEntry(new ZipEntry(row.relation + ".json"));
    }
    counts.merge(row.relation, 1L, Long::sum);
    zip.write((first ? "[\n" : ",\n").getBytes(UTF_8));
    zip.write(row.content.getBytes(UTF_8));
  }

  private static void end(ZipOutputStream zip) throws IOException {
    zip.write("\n]\n".getBytes(UTF_8));
    zip.closeEntry();
  }
}
