package dev.kinebeam.trials.tasks;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.pages.Visitor;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./kinebeam tasks}: what people come to the pages for, done and timed on a running demo.
 */
@Command(
    name = "tasks",
    mixinStandardHelpOptions = true,
    description = {
      "Does what patients, therapists and clinics come for, in Chromium on a running demo.",
      "Prints the clicks, keys and seconds of each task. The exit code is 1 when one fails"
          + " or takes more than 60 s."
    })
public final class TasksCommand implements Callable<Integer> {
  private static final double LIMIT_SECONDS = 60;
  private static final Chromium.Look DESKTOP = new Chromium.Look(1280, 800, false);
  private static final String LINE = "%-14s %-48s %6s %6s %8s%n";

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8090",
      paramLabel = "URL",
      description = "The demo's Core API (default: ${DEFAULT-VALUE}).")
  private URI url;

  @Option(
      names = "--clinic",
      defaultValue = "Centrul Lumina",
      paramLabel = "NAME",
      description = "Whose people do them (default: ${DEFAULT-VALUE}).")
  private String clinic;

  @Option(
      names = "--only",
      defaultValue = "",
      paramLabel = "WORDS",
      description = "Only tasks whose name or role contains this.")
  private String only;

  @Override
  public Integer call() throws IOException {
    if (url.getScheme() == null || url.getHost() == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--url is " + url + "; it must be an address such as http://host:port");
    }
    List<Task> tasks =
        Task.all().stream()
            .filter(task -> task.name().contains(only) || task.role().contains(only))
            .toList();
    if (tasks.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--only is " + only + "; no task has that");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(LINE, "who", "task", "clicks", "keys", "seconds");
    int failed = 0;
    try (Chromium chromium = Chromium.start()) {
      for (Task task : tasks) {
        failed += done(chromium, task, out) ? 0 : 1;
        out.flush();
      }
    }
    out.printf(
        "%d of %d tasks done within %.0f s each%n",
        tasks.size() - failed, tasks.size(), LIMIT_SECONDS);
    out.flush();
    return failed == 0 ? 0 : 1;
  }

  private boolean done(Chromium chromium, Task task, PrintWriter out) throws IOException {
    Page page = chromium.page(DESKTOP);
    try {
      Hand hand = new Hand(visitor(page, task.role()));
      long begun = System.nanoTime();
      try {
        task.script().run(hand);
      } catch (PlaywrightException | IllegalStateException e) {
        out.printf(LINE, task.role(), task.name(), hand.clicks(), hand.keys(), "FAILED");
        out.println("    at " + page.url() + ": " + reason(e));
        return false;
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      out.printf(
          LINE,
          task.role(),
          task.name(),
          hand.clicks(),
          hand.keys(),
          String.format(Locale.ROOT, "%.1f", seconds));
      return seconds <= LIMIT_SECONDS;
    } finally {
      page.context().close();
    }
  }

  /** The first who can do it: of patients one who has a workout today. */
  private Visitor visitor(Page page, String role) throws IOException {
    for (Visitor.Card card : Visitor.all(Visitor.cards(page, url), role, clinic)) {
      Visitor visitor = Visitor.signedIn(page, url, card, "en");
      if (!role.equals(Task.PATIENT)
          || !visitor.get("/v1/portal/today").path("workouts").isEmpty()) {
        return visitor;
      }
    }
    throw new IOException("the demo has no card of a " + role + " who can do this now");
  }

  private static String reason(RuntimeException failure) {
    return failure
        .getMessage()
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.endsWith("{"))
        .limit(2)
        .collect(Collectors.joining(" "));
  }
}
