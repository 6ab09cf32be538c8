package dev.kinebeam.trials.demo;

import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.AlertFeed;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Clinics.Clinic;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets the incidents happen and listens to what the feed makes of them. */
final class IncidentRun {
  private static final String OPENED = "opened";
  private static final String RESOLVED = "resolved";
  private static final String CONTENT_QUALITY = AlertRule.CONTENT_QUALITY.code();
  private static final Incident SNOOZED = Incident.SLOW_CDN;
  private static final Duration FEED_TIMEOUT = Duration.ofSeconds(60);
  private static final long LISTEN_MS = 250;

  private final Incidents incidents;
  private final AlertFeed feed;
  private final AutomationClient admin;
  private final DemoConsole console;
  private final Accounting accounting;
  private final String failing;
  private int seen;

  /**
   * @param admin of the clinic whose automation is snoozed
   * @param failing the media id of the exercise that stays broken in every clinic
   */
  IncidentRun(
      Incidents incidents,
      AlertFeed feed,
      AutomationClient admin,
      DemoConsole console,
      Accounting accounting,
      String failing) {
    this.incidents = incidents;
    this.feed = feed;
    this.admin = admin;
    this.console = console;
    this.accounting = accounting;
    this.failing = failing;
  }

  /** From the first incident to the last resolved automation, or until the time limit. */
  DemoReport.Alerts watch() throws InterruptedException, IOException, SQLException {
    console.step("incidents begin: a slow CDN, a broken exercise, a bad network");
    CountDownLatch over = incidents.happen();
    while (!over.await(LISTEN_MS, TimeUnit.MILLISECONDS)) {
      reportNews();
    }
    long deadline = System.nanoTime() + FEED_TIMEOUT.toNanos();
    while (!resolved() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(LISTEN_MS);
      reportNews();
    }
    List<AlertFeed.Change> changes = reportNews();
    return report(changes, accounting.openAutomations(CONTENT_QUALITY, failing));
  }

  private List<AlertFeed.Change> reportNews() throws IOException, InterruptedException {
    List<AlertFeed.Change> changes = feed.changes();
    for (AlertFeed.Change change : changes.subList(seen, changes.size())) {
      console.step(
          "automation %s: %s, %s".formatted(change.what(), change.rule(), nameOf(change.orgId())));
      if (isOf(change, SNOOZED) && change.what().equals(OPENED)) {
        admin.snooze(change.automationId(), Duration.ofMinutes(1));
      }
    }
    seen = changes.size();
    return changes;
  }

  private static String nameOf(UUID orgId) {
    return Clinics.ALL.stream()
        .filter(clinic -> clinic.orgId().equals(orgId))
        .map(Clinic::name)
        .findFirst()
        .orElse(orgId.toString());
  }

  private boolean resolved() throws IOException {
    List<AlertFeed.Change> changes = feed.changes();
    return Arrays.stream(Incident.values())
        .allMatch(incident -> count(changes, incident, RESOLVED) > 0);
  }

  private int count(List<AlertFeed.Change> changes, Incident incident, String what) {
    return (int) changes.stream().filter(c -> isOf(c, incident) && c.what().equals(what)).count();
  }

  private boolean isOf(AlertFeed.Change change, Incident incident) {
    return change.rule().equals(incident.rule())
        && change.orgId().equals(incident.clinic().orgId())
        && !isOfFailing(change);
  }

  private boolean isOfFailing(AlertFeed.Change change) {
    return change.rule().equals(CONTENT_QUALITY) && change.subject().equals(failing);
  }

  private DemoReport.Alerts report(List<AlertFeed.Change> changes, int stillOpen) {
    List<DemoReport.Alert> alerts = new ArrayList<>();
    for (Incident incident : Incident.values()) {
      alerts.add(
          new DemoReport.Alert(
              incident.rule(),
              incident.clinic().name(),
              count(changes, incident, OPENED),
              count(changes, incident, RESOLVED)));
    }
    List<String> unexpected =
        changes.stream()
            .filter(c -> !isOfFailing(c))
            .filter(c -> Arrays.stream(Incident.values()).noneMatch(i -> isOf(c, i)))
            .map(c -> c.what() + " " + c.rule() + ", " + nameOf(c.orgId()))
            .toList();
    DemoReport.Snooze snooze =
        new DemoReport.Snooze(count(changes, SNOOZED, "snoozed"), count(changes, SNOOZED, "woken"));
    return new DemoReport.Alerts(
        alerts, snooze, stillOpen, AlertFeed.repeated(changes), unexpected);
  }
}
