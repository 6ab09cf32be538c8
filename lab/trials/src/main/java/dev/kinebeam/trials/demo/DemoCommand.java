package dev.kinebeam.trials.demo;

import dev.kinebeam.sample.SampleExercise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code demo}: everything at once on this machine, with simulated patients, and the accounting.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs everything on this machine with simulated patients and accounts for every event.",
      "Starts the services, the gateway and both jobs, composes the sample exercise and lets the"
          + " patients play it. Stays up until Ctrl-C unless --headless."
    },
    footer = {
      "",
      "With --headless it exits by itself: 0 only when every event sent is accounted",
      "for, the render plays, the clinics' funnels count what was prescribed and",
      "played, and no video is at the host that no table has."
    })
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--headless", description = "Exit when the accounting is done.")
  private boolean headless;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      paramLabel = "N",
      description = "How long the patients play before the accounting (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--patients",
      defaultValue = "50",
      paramLabel = "N",
      description = "How many patients (default: ${DEFAULT-VALUE}).")
  private int patients;

  @Option(
      names = "--seed",
      defaultValue = "42",
      paramLabel = "N",
      description = "What the patients do follows from it (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--without-incidents",
      description = "All is well in every clinic; no automation is waited for.")
  private boolean withoutIncidents;

  @Option(names = "--report", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path report;

  @Option(
      names = "--data-dir",
      defaultValue = "${sys:kinebeam.data:-.local}",
      paramLabel = "DIR",
      description = "Where all data is kept (default: ${DEFAULT-VALUE}).")
  private Path dataDir;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "PORT",
      description = "The gateway's; a free one when it is taken (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--cluster",
      description = {
        "Run the telemetry job on a Flink cluster of real processes, started where none runs",
        "('kinebeam cluster'), and not inside this process."
      })
  private boolean cluster;

  @Option(
      names = "--hostile-host",
      description = {
        "The video host answers calls without end and with other JSON than its API's, and loses an",
        "upload that it has confirmed, while the exercise is composed."
      })
  private boolean hostileHost;

  @Option(
      names = "--small",
      description = {
        "A sample exercise of a few seconds at 384×216, for quick looks and tests.",
        "Its data is kept in the folder small below the data directory."
      })
  private boolean small;

  @Override
  public Integer call() throws Exception {
    require(seconds >= 5 && seconds <= 86_400, "--seconds", seconds, "5 to 86400");
    require(patients >= 1 && patients <= 5_000, "--patients", patients, "1 to 5000");
    require(port >= 0 && port <= 65_535, "--port", port, "0 to 65535");
    if (report != null
        && report.toAbsolutePath().getParent() != null
        && !Files.isDirectory(report.toAbsolutePath().getParent())) {
      throw new ParameterException(
          spec.commandLine(),
          "--report: there is no folder " + report.toAbsolutePath().getParent());
    }
    DemoSettings settings =
        new DemoSettings(
            small ? dataDir.resolve("small") : dataDir,
            small ? SampleExercise.small() : SampleExercise.full(),
            patients,
            Duration.ofSeconds(seconds),
            seed,
            !withoutIncidents,
            port,
            cluster,
            hostileHost);
    DemoConsole console = new DemoConsole(spec.commandLine().getOut());
    try (Demo demo = Demo.start(settings, console)) {
      DemoReport figures = demo.round();
      console.accounting(figures);
      if (report != null) {
        Files.write(report, DemoConsole.json(figures));
      }
      if (headless) {
        return figures.adds() ? 0 : 1;
      }
      demo.playOn();
      return 0;
    }
  }

  private void require(boolean holds, String option, long value, String range) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; it must lie in " + range);
    }
  }
}
