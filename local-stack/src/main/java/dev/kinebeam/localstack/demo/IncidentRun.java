package dev.kinebeam.localstack.demo;

import dev.kinebeam.localstack.accounting.Accounting;
import dev.kinebeam.localstack.accounting.AlertFeed;
import dev.kinebeam.localstack.patients.Clinics;
import dev.kinebeam.localstack.patients.Clinics.Clinic;
import dev.kinebeam.localstack.patients.SentSession;
import dev.kinebeam.localstack.patients.Traffic;
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
  private static final Duration ROWS_PATIENCE = Duration.ofMinutes(2);
  private static final Duration FEED_PATIENCE = Duration.ofSeconds(60);
  private static final long LISTEN_MS = 250;

  private final Traffic traffic;
  private final Incidents incidents;
  private final AlertFeed feed;
  private final Accounting accounting;
  private final DemoConsole console;
  private int told;

  IncidentRun(
      Traffic traffic,
      Incidents incidents,
      AlertFeed feed,
      Accounting accounting,
      DemoConsole console) {
    this.traffic = traffic;
    this.incidents = incidents;
    this.feed = feed;
    this.accounting = accounting;
    this.console = console;
  }

  /** From the quiet week to the last resolved automation, or to the end of patience. */
  DemoReport.Alerts watch() throws InterruptedException, SQLException, IOException {
    incidents.pastWeek();
    waitForRows();
    console.step("incidents begin: a slow CDN, a broken exercise, a bad network");
    CountDownLatch over = incidents.happen();
    while (!over.await(LISTEN_MS, TimeUnit.MILLISECONDS)) {
      tellNews();
    }
    long deadline = System.nanoTime() + FEED_PATIENCE.toNanos();
    while (!resolved() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(LISTEN_MS);
      tellNews();
    }
    return report(tellNews());
  }

  /** The network of now is compared with that of the past week, so that week must be known. */
  private void waitForRows() throws SQLException, InterruptedException {
    List<SentSession> past = traffic.sessions().stream().filter(incidents::isPast).toList();
    long deadline = System.nanoTime() + ROWS_PATIENCE.toNanos();
    while (accounting.closed(past) < past.size() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(LISTEN_MS);
    }
  }

  private List<AlertFeed.Change> tellNews() throws IOException {
    List<AlertFeed.Change> changes = feed.changes();
    for (AlertFeed.Change change : changes.subList(told, changes.size())) {
      console.step(
          "automation %s: %s, %s".formatted(change.what(), change.rule(), nameOf(change.orgId())));
    }
    told = changes.size();
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

  private static int count(List<AlertFeed.Change> changes, Incident incident, String what) {
    return (int) changes.stream().filter(c -> isOf(c, incident) && c.what().equals(what)).count();
  }

  private static boolean isOf(AlertFeed.Change change, Incident incident) {
    return change.rule().equals(incident.rule())
        && change.orgId().equals(incident.clinic().orgId());
  }

  private static DemoReport.Alerts report(List<AlertFeed.Change> changes) {
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
            .filter(c -> Arrays.stream(Incident.values()).noneMatch(i -> isOf(c, i)))
            .map(c -> c.what() + " " + c.rule() + ", " + nameOf(c.orgId()))
            .toList();
    return new DemoReport.Alerts(alerts, AlertFeed.repeated(changes), unexpected);
  }
}
