package dev.kinebeam.coreapi.clinic;

import org.jdbi.v3.core.Handle;

/** How PostgreSQL is to run the statements that look at many rows. */
final class QueryPlanning {
  private QueryPlanning() {}

  /**
   * For the rest of this transaction: room to sort a busy clinic's month in memory, and no
   * compiling of statements, which takes longer than running them.
   */
  static void forFigures(Handle handle) {
    handle
        .createQuery(
            "SELECT set_config('work_mem', '32MB', true) || set_config('jit', 'off', true)")
        .mapTo(String.class)
        .one();
  }
}
