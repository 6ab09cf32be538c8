package dev.kinebeam.beam;

import java.sql.SQLException;
import java.util.Set;

/** What a failure of the database means for the rows that met it. */
enum SqlFailure {
  /** Nothing is wrong with the rows: try again. */
  MAY_HEAL,
  /** A row is at fault and would be at fault again. */
  BAD_ROW,
  /** The statement, the rights or the schema are at fault; nobody can go on. */
  HOPELESS;

  /**
   * Serialization failure, deadlock, a key that another writer inserted meanwhile, lock timeout.
   */
  private static final Set<String> RACES = Set.of("40001", "40P01", "23505", "55P03");

  /** By the state's class; PostgreSQL's documentation, appendix A. */
  static SqlFailure of(SQLException e) {
    String state = e.getSQLState();
    if (state == null || RACES.contains(state)) {
      return MAY_HEAL;
    }
    return switch (state.substring(0, Math.min(2, state.length()))) {
      // Connection, transaction (timed out, or its server became a replica), insufficient resources
      // (memory, disk, connections), operator, system.
      case "08", "25", "53", "57", "58" -> MAY_HEAL;
      // Data exception, integrity (a check, no partition for the row).
      case "22", "23" -> BAD_ROW;
      default -> HOPELESS;
    };
  }
}
