package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.kinebeam.schemas.Json;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/** What the demo prints on the terminal. */
final class DemoConsole {
  private static final ObjectWriter PRETTY =
      new ObjectMapper()
          .setPropertyNamingStrategy(Json.MAPPER.getPropertyNamingStrategy())
          .writerWithDefaultPrettyPrinter();
  private static final int DIFFERENCES_SHOWN = 12;

  private final PrintWriter out;
  private final long startedNanos = System.nanoTime();

  DemoConsole(PrintWriter out) {
    this.out = out;
  }

  double seconds() {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  /** One line of what happens, with the seconds since the start. */
  void step(String what) {
    synchronized (out) {
      out.printf(Locale.ROOT, "%6.1f s  %s%n", seconds(), what);
      out.flush();
    }
  }

  /** Where a person with a browser begins. */
  void address(URI address) {
    synchronized (out) {
      out.printf(
          Locale.ROOT,
          "%n  Open %s (after %.0f s): every page begins there.%n%n",
          address,
          seconds());
      out.flush();
    }
  }

  void accounting(DemoReport r) {
    synchronized (out) {
      out.println();
      line("events sent", r.events().sent());
      line("  accepted", r.events().accepted());
      line("  rejected, each to the dead letters", r.events().rejected());
      line("  repeated within a request", r.events().duplicates());
      line("sent twice on purpose in total", r.events().duplicatesSent());
      line("refused for want of consent (none stored)", r.events().refusedWithoutConsent());
      line("poison put into Kafka past the gateway", r.events().poison());
      line("dead letters", r.events().deadLetters());
      if (r.events().retries() > 0) {
        line("requests sent again after a 503", r.events().retries());
      }
      rows("sessions", r.sessions());
      rows("stalls", r.stalls());
      out.printf(
          Locale.ROOT,
          "  %-44s %d weeks, %d rows differ%n",
          "weekly counts against a recount",
          r.weeklyCounts().weeks(),
          r.weeklyCounts().wrong());
      out.printf(
          Locale.ROOT,
          "  %-44s longest %.1f s in %,d samples of %.0f s%n",
          "transactions found idle",
          r.idleTransactions().longestSeconds(),
          r.idleTransactions().samples(),
          r.idleTransactions().seconds());
      r.idleTransactions().held().forEach(held -> out.println("    HELD: " + held));
      alerts(r.alerts());
      out.printf(
          Locale.ROOT,
          "  %-44s %,d records, %,d sessions, %d columns differ%n",
          "made again from the archive",
          r.backfill().records(),
          r.backfill().sessions(),
          r.backfill().differingColumns());
      r.backfill().differences().forEach((what, rows) -> out.println("    " + what + ": " + rows));
      r.backfill().broken().forEach(object -> out.println("    BROKEN: " + object));
      DemoReport.Render render = r.render();
      out.printf(
          Locale.ROOT,
          "  %-44s %s, %.2f s, %d frames of %d expected%s%n",
          "render " + render.id().substring(0, 8),
          render.status(),
          render.durationSeconds(),
          render.frames(),
          render.expectedFrames(),
          render.fromCache()
              ? ", from the cache"
              : String.format(
                  Locale.ROOT,
                  ", normalised in %.1f s, composed in %.2f s",
                  render.normaliseSeconds(),
                  render.composeSeconds()));
      line("  bytes of HLS fetched", render.hlsBytesFetched());
      workouts(r.workouts());
      personalVideo(r.personalVideo());
      out.printf(
          Locale.ROOT,
          "  %-44s %d at %s, %d of them in no table%n",
          "videos",
          r.host().after().videos(),
          r.host().hostile() ? "the host, which was hostile" : "the host",
          r.host().after().orphans());
      out.printf("  %-44s %s%n", "services", r.services());
      out.println();
      out.println(
          r.adds()
              ? "  Everything adds up."
              : "  It does NOT add up: look at the lines above and at .local/logs.");
      out.println();
      out.flush();
    }
  }

  private void alerts(DemoReport.Alerts alerts) {
    for (DemoReport.Alert alert : alerts.expected()) {
      out.printf(
          Locale.ROOT,
          "  %-44s opened %d ×, resolved %d ×%n",
          "automation " + alert.rule() + ", " + alert.clinic(),
          alert.opened(),
          alert.resolved());
    }
    if (!alerts.expected().isEmpty()) {
      out.printf(
          "  %-44s snoozed %d ×, woken %d ×%n",
          "  one of them for a minute", alerts.snoozed().snoozed(), alerts.snoozed().woken());
      line("  clinics in which one exercise stays broken", alerts.stillOpen());
      line("  published twice by the feed", alerts.repeated());
      line("  where there was no incident", alerts.unexpected().size());
    }
    alerts.unexpected().forEach(alert -> out.println("    UNEXPECTED: " + alert));
  }

  private void workouts(DemoReport.Workouts workouts) {
    out.printf(
        Locale.ROOT,
        "  %-44s %,d patients; the exercise is %s in the portal%n",
        "workouts prescribed and played",
        workouts.patients(),
        workouts.found() ? "found" : "NOT found");
    funnel("  funnel of today, by the clinics' figures", workouts.counted());
    funnel("  funnel of today, by what was played", workouts.expected());
  }

  private void personalVideo(DemoReport.PersonalVideo video) {
    out.printf(
        Locale.ROOT,
        "  %-44s active after %.1f s, %s; %,d sessions played it, %,d rows name it%n",
        "personal video " + video.id(),
        video.activeSeconds(),
        video.comesFirst() ? "first in the workout" : "NOT first in the workout",
        video.sessions(),
        video.named());
    line("  bytes of HLS fetched", video.hlsBytesFetched());
  }

  private void funnel(String what, DemoReport.Steps steps) {
    out.printf(
        Locale.ROOT,
        "  %-44s %,d assigned, %,d started, %,d completed%n",
        what,
        steps.assigned(),
        steps.started(),
        steps.completed());
  }

  private void rows(String what, DemoReport.Rows rows) {
    out.printf(
        Locale.ROOT,
        "  %-44s %,d sent, %,d rows, %d mismatched%n",
        what,
        rows.sent(),
        rows.rows(),
        rows.mismatched());
  }

  private void line(String what, long value) {
    out.printf(Locale.ROOT, "  %-44s %,d%n", what, value);
  }

  /** The first few things that differ. */
  void differences(String what, List<String> differences) {
    synchronized (out) {
      differences.stream()
          .limit(DIFFERENCES_SHOWN)
          .forEach(difference -> out.println("  " + what + " " + difference));
      if (differences.size() > DIFFERENCES_SHOWN) {
        out.printf("  … and %d more%n", differences.size() - DIFFERENCES_SHOWN);
      }
      out.flush();
    }
  }

  static byte[] json(DemoReport report) {
    try {
      return PRETTY.writeValueAsBytes(report);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
