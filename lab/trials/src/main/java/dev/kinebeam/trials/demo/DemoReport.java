package dev.kinebeam.trials.demo;

import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.IdleTransactions;
import dev.kinebeam.trials.bulk.HostAccount;
import dev.kinebeam.trials.patients.Clinics;
import java.util.List;
import java.util.Map;

/** The demo's figures; {@code --report} writes them as JSON. */
record DemoReport(
    Events events,
    Rows sessions,
    Rows stalls,
    Accounting.WeeklyCounts weeklyCounts,
    IdleTransactions.Report idleTransactions,
    Alerts alerts,
    Backfill backfill,
    Render render,
    Workouts workouts,
    Host host,
    Map<String, String> services,
    Timings timings,
    List<String> surprises) {

  /**
   * Every event sent is accepted, rejected or recognised as a repetition within its request.
   *
   * @param duplicates recognised by the gateway
   * @param duplicatesSent sent a second time on purpose; what the gateway does not recognize, the
   *     sessions' merge function must
   * @param deadLetters records in the dead-letter topic from this run
   * @param poison records put into Kafka past the gateway, which the pipeline must refuse
   * @param retries requests that players sent again after an answer of 503 or none; what the
   *     gateway had rejected of the first is a dead letter already, and becomes another
   */
  record Events(
      long sent,
      long accepted,
      long rejected,
      long duplicates,
      long duplicatesSent,
      long deadLetters,
      long poison,
      long refusedWithoutConsent,
      long retries) {
    /** Every rejected event and poison has its dead letter, and one of its own without retries. */
    boolean haveTheirDeadLetters() {
      long refused = rejected + poison;
      return retries == 0 ? deadLetters == refused : deadLetters >= refused;
    }
  }

  record Rows(long sent, long rows, long mismatched) {}

  /**
   * What the feed of automations made of the incidents.
   *
   * @param expected one for each incident; empty when none was asked for
   * @param snoozed what became of the one that was snoozed for a minute
   * @param stillOpen in how many clinics the exercise that stays broken is reported; in all of them
   * @param repeated records that repeat a change
   * @param unexpected automations that no incident explains
   */
  record Alerts(
      List<Alert> expected, Snooze snoozed, int stillOpen, long repeated, List<String> unexpected) {
    static final Alerts NONE = new Alerts(List.of(), new Snooze(0, 0), 0, 0, List.of());

    boolean adds() {
      return repeated == 0
          && unexpected.isEmpty()
          && (expected.isEmpty() || (snoozed.adds() && stillOpen == Clinics.ALL.size()))
          && expected.stream().allMatch(alert -> alert.opened == 1 && alert.resolved == 1);
    }
  }

  /** How often an automation was snoozed, and how often one opened again by itself. */
  record Snooze(int snoozed, int woken) {
    boolean adds() {
      return snoozed == 1 && woken == 1;
    }
  }

  /**
   * The run's rows made again from the archive and compared with the stream's.
   *
   * @param differences rows by the column that differs
   * @param broken objects of the archive that cannot be read
   */
  record Backfill(
      long records,
      long sessions,
      long stalls,
      int differingColumns,
      Map<String, Long> differences,
      List<String> broken) {}

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

  /**
   * What was prescribed for today, and what the clinics' funnels say of it.
   *
   * @param patients each of whom was prescribed the exercise, and plays the workout's render
   * @param found whether the published exercise is found in the portal
   * @param counted by the Core API
   * @param expected by what was prescribed and played, in earlier runs of the day too
   */
  record Workouts(long patients, boolean found, Steps counted, Steps expected) {
    boolean adds() {
      return patients > 0
          && found
          && counted.equals(expected)
          && counted.assigned >= patients
          && counted.started > 0
          && counted.completed > 0;
    }
  }

  /** The funnel of prescribed exercises; each step is a part of the one before. */
  record Steps(long assigned, long opened, long started, long completed) {
    static final Steps NONE = new Steps(0, 0, 0, 0);

    Steps plus(Steps other) {
      return new Steps(
          assigned + other.assigned,
          opened + other.opened,
          started + other.started,
          completed + other.completed);
    }
  }

  /**
   * What the stand-in for Bunny Stream held before the run and after it.
   *
   * @param hostile whether it misbehaved meanwhile
   * @param filled whether an import and a bulk reached it
   */
  record Host(boolean hostile, boolean filled, HostAccount before, HostAccount after) {
    boolean adds() {
      return filled
          && after.videos() >= 3
          && after.orphans() <= before.orphans()
          && after.doubles() <= before.doubles();
    }
  }

  /** Seconds from the command's start; -1 for what never happened. */
  record Timings(double stackReady, double firstEventAccepted, double total) {}

  /** Whether everything that was sent and prescribed is accounted for, and the render plays. */
  boolean adds() {
    return surprises.isEmpty()
        && events.accepted + events.rejected + events.duplicates == events.sent
        && events.haveTheirDeadLetters()
        && sessions.mismatched == 0
        && stalls.mismatched == 0
        && sessions.rows == sessions.sent
        && stalls.rows == stalls.sent
        && weeklyCounts.wrong() == 0
        && idleTransactions.samples() > 0
        && idleTransactions.held().isEmpty()
        && alerts.adds()
        && backfill.differingColumns == 0
        && backfill.broken.isEmpty()
        && backfill.sessions >= sessions.sent
        && render.status.equals("ready")
        && render.frames == render.expectedFrames
        && render.hlsBytesFetched > 0
        && workouts.adds()
        && host.adds();
  }
}
