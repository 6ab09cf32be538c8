package dev.kinebeam.pipelines.sessions;

/**
 * Those whose data was erased and must not come back with events that were still on their way: in
 * the log, in a job's state, in the archive. {@code erased_patients} tells them, and the moment
 * before which their sessions began. Whoever erases waits for the writers' lock and writes that
 * table within it, so a writer that has the lock sees every erasure that has happened.
 */
final class ErasedPatients {
  /** The condition on a new row {@code n}: nobody's, or begun by a patient who came back later. */
  static final String STAY_AWAY =
      """
      NOT EXISTS (SELECT FROM erased_patients AS e
                   WHERE e.org_id = n.org_id AND e.patient_id = n.patient_id
                     AND n.started_at < e.refuse_before)""";

  private ErasedPatients() {}
}
