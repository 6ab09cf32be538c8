package dev.kinebeam.pipelines.alerts;

/** What makes the alerts of an organisation be looked at. */
sealed interface OrgNews permits OrgNews.Wake, SessionSign {
  /** An automation was open when the job started: its organisation may never send anything more. */
  record Wake() implements OrgNews {}
}
