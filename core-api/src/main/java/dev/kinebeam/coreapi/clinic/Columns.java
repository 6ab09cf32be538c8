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
import java.util.Optional;

/** Between columns and what answers hold. */
final class Columns {
  private Columns() {}

  /** A time as answers hold it, of a column that is never null. */
  static String time(ResultSet row, String column) throws SQLException {
    return Rfc3339.text(instant(row, column));
  }

  /** A time as answers hold it; empty where the column is null. */
  static Optional<String> optionalTime(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(time -> Rfc3339.text(time.toInstant()));
  }

  /** A time, of a column that is never null. */
  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
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
