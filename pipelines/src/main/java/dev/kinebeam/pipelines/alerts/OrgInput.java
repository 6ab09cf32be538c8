package dev.kinebeam.pipelines.alerts;

/** What makes the alerts of an organisation be looked at. */
sealed interface OrgInput permits OrgInput.Wake, SessionIndicators {
  /** An automation was open when the job started: its organisation may never send anything more. */
  record Wake() implements OrgInput {}
}
