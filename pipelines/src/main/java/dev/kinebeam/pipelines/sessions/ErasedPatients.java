package dev.kinebeam.pipelines.sessions;

/**
 * Those whose data was erased and must not come back with events that were still on their way: in
 * the log, in a job's state, in the archive. {@code erased_patients} names them, and the moment
 * before which their sessions began. Whoever erases waits for the writers' lock and writes that
 * table within it, so a writer that has the lock sees every erasure that has happened.
 */
final class ErasedPatients {
  private ErasedPatients() {}

  /**
   * The condition on a new row {@code n}: of a patient who was not erased, or who came back after
   * it, as the row's column of time shows.
   */
  static String areErased(String time) {
    return """
    NOT EXISTS (SELECT FROM erased_patients AS e
                 WHERE e.org_id = n.org_id AND e.patient_id = n.patient_id
                   AND n.%s < e.refuse_before)\
    """
        .formatted(time);
  }
}
