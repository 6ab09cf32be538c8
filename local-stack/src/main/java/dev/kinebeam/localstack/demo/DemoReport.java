package dev.kinebeam.localstack.demo;

import java.util.List;
import java.util.Map;

/** The demo's figures; {@code --report} writes them as JSON. */
record DemoReport(
    Events events,
    Rows sessions,
    Rows stalls,
    Alerts alerts,
    Render render,
    Map<String, String> services,
    Timings timings,
    List<String> surprises) {

  /**
   * Every event sent is accepted, rejected or recognised as a repetition within its request.
   *
   * @param duplicates recognised by the gateway
   * @param duplicatesSent sent a second time on purpose; what the gateway does not see, the session
   *     law must
   * @param deadLetters records in the dead-letter topic from this run
   * @param poison records put into Kafka past the gateway, which the pipeline must refuse
   */
  record Events(
      long sent,
      long accepted,
      long rejected,
      long duplicates,
      long duplicatesSent,
      long deadLetters,
      long poison,
      long refusedWithoutConsent) {}

  record Rows(long sent, long rows, long mismatched) {}

  /**
   * What the feed of automations made of the incidents.
   *
   * @param expected one for each incident; empty when none was asked for
   * @param repeated records that tell a change again
   * @param unexpected automations that no incident explains
   */
  record Alerts(List<Alert> expected, long repeated, List<String> unexpected) {
    static final Alerts NONE = new Alerts(List.of(), 0, List.of());

    boolean adds() {
      return repeated == 0
          && unexpected.isEmpty()
          && expected.stream().allMatch(alert -> alert.opened == 1 && alert.resolved == 1);
    }
  }

  /** How often an incident's automation was opened and resolved; once each is right. */
  record Alert(String rule, String clinic, int opened, int resolved) {}

  /**
   * @param frames counted in the video that the host serves
   * @param expectedFrames by the sample's drawing plan
   * @param composeSeconds and {@code normaliseSeconds}: spent when it was baked; 0 from the cache
   */
  record Render(
      String id,
      String status,
      boolean fromCache,
      double durationSeconds,
      long frames,
      long expectedFrames,
      double composeSeconds,
      double normaliseSeconds,
      String playbackUrl,
      long hlsBytesFetched) {}

  /** Seconds from the command's start; -1 for what never happened. */
  record Timings(double stackReady, double firstEventAccepted, double total) {}

  /** Whether everything that was sent is accounted for, and the render plays. */
  boolean adds() {
    return surprises.isEmpty()
        && events.accepted + events.rejected + events.duplicates == events.sent
        && events.deadLetters == events.rejected + events.poison
        && sessions.mismatched == 0
        && stalls.mismatched == 0
        && sessions.rows == sessions.sent
        && stalls.rows == stalls.sent
        && alerts.adds()
        && render.status.equals("ready")
        && render.frames == render.expectedFrames
        && render.hlsBytesFetched > 0;
  }
}
