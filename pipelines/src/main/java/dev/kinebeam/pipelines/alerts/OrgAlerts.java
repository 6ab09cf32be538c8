package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.alert.Episode;
import java.util.Map;

/**
 * What is kept of one organisation, beside the signs of its sessions. Immutable, so that a snapshot
 * taken while the job continues never sees a later change.
 *
 * @param sweptBucket the oldest remembered bucket when forgotten sessions were last removed
 */
record OrgAlerts(OrgTally tally, Map<Subject, Episode> episodes, long sweptBucket) {
  OrgAlerts with(OrgTally other) {
    return new OrgAlerts(other, episodes, sweptBucket);
  }

  /** Nothing to judge and nothing to end. */
  boolean isEmpty() {
    return tally.isEmpty() && episodes.isEmpty();
  }
}
