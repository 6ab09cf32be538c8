package dev.kinebeam.trials.bench.order;

import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.trials.bench.compose.BenchSize;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.order.OrderClient.Ordered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench order}. */
@Command(
    name = "order",
    mixinStandardHelpOptions = true,
    description = {
      "From the order of a new render to ready and to its first picture in a browser, through"
          + " gateway, outbox, Kafka, the render job and our own host, with primitives warm.",
      "The reference re-encodes every set with ffmpeg, uploads the file and packages it as HLS.",
      "Then players at 720p, and the host's segments per CPU second beside Jetty's handler of files.",
      "Exit status: 1 when a limit is missed, which the line before the last names."
    })
public final class BenchOrderCommand implements Callable<Integer> {
  private static final int LEAST_ORDERS = 20;
  private static final int PLAYED = 20;

  /** Of these renders the sound is fetched before anybody plays them. */
  private static final int SOUNDS = 5;

  @Option(
      names = "--size",
      defaultValue = "full",
      description = "full: 1080p, 3.5 s a repetition; small: 216p, half a second. Default: full")
  private String size;

  @Option(
      names = "--orders",
      defaultValue = "100",
      description = "How many new recipes are ordered, 20 or more. Default: ${DEFAULT-VALUE}")
  private int orders;

  @Option(
      names = "--pictures",
      defaultValue = "20",
      description = "How many more are ordered in Chromium; 0 for none. Default: ${DEFAULT-VALUE}")
  private int pictures;

  @Option(
      names = "--references",
      defaultValue = "3",
      description =
          "How many of the recipes the reference makes; ours is compared with its median. Default:"
              + " ${DEFAULT-VALUE}")
  private int references;

  @Option(
      names = "--players",
      defaultValue = "500",
      description =
          "How many players play 20 grained renders; 0 for none. Default: ${DEFAULT-VALUE}")
  private int players;

  @Option(
      names = "--dir",
      description = "Keeps primitives and mezzanines for the next run. Default: a temporary folder")
  private Path dir;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    BenchSize chosen = checked();
    Console console = new Console(spec.commandLine().getOut());
    Path folder =
        dir == null
            ? Files.createTempDirectory("kinebeam-bench")
            : Files.createDirectories(dir).toAbsolutePath();
    Path run = Files.createTempDirectory(folder, "order");
    try {
      Findings findings = measure(chosen, folder, run, console);
      findings.missed().forEach(limit -> console.say("MISSED: %s", limit));
      console.end(findings.verdict());
      return findings.missed().isEmpty() ? 0 : 1;
    } finally {
      Folders.delete(dir == null ? folder : run);
    }
  }

  private Findings measure(BenchSize chosen, Path folder, Path run, Console console)
      throws Exception {
    Path bundle = folder.resolve(chosen.name() + "-bundle");
    console.step("making the primitives");
    chosen.exercise().writeTo(bundle, BundleProgress.NONE);
    console.step("starting the services, gateway, worker, render job and video host");
    try (PicturePage page = PicturePage.start();
        OrderStack stack =
            OrderStack.start(
                run, folder.resolve(chosen.name() + "-render"), chosen, page.origin())) {
      OrderBench bench = new OrderBench(stack, chosen, bundle, console);
      bench.warmUp();
      List<Ordered> ordered = bench.orders(orders);
      if (pictures > 0) {
        bench.pictures(page, pictures);
      }
      bench.sound(ordered.subList(0, SOUNDS));
      if (players > 0) {
        List<Ordered> played =
            bench.grained(folder.resolve(chosen.name() + "-grained-bundle"), PLAYED);
        bench.players(played, players);
        bench.serving(played, run);
      }
      bench.reference(ordered.subList(0, references));
      return bench.findings();
    }
  }

  private BenchSize checked() {
    if (orders < LEAST_ORDERS
        || pictures < 0
        || players < 0
        || references < 1
        || references > orders) {
      throw new ParameterException(
          spec.commandLine(),
          "--orders must be 20 or more, --pictures and --players 0 or more, --references 1 or more"
              + " and not more than --orders");
    }
    try {
      return BenchSize.parse(size);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
