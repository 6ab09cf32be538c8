package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.schemas.Rfc3339;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Between columns and what answers hold. */
final class Columns {
  private Columns() {}

  /** A time as answers hold it, or null. */
  static String time(ResultSet row, String column) throws SQLException {
    Instant instant = instant(row, column);
    return instant == null ? null : Rfc3339.text(instant);
  }

  /** A time, or null. */
  static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /** These columns as they are, those that hold null left out. */
  static Map<String, Object> present(ResultSet row, List<String> columns) throws SQLException {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String column : columns) {
      Object value = row.getObject(column);
      if (value != null) {
        values.put(column, value);
      }
    }
    return values;
  }

  /** As the driver wants a time. */
  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
