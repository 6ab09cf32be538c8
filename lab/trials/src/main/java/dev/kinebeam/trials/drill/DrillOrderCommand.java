package dev.kinebeam.trials.drill;

import dev.kinebeam.trials.console.DrillConsole;
import dev.kinebeam.trials.orders.OrderDrill;
import dev.kinebeam.trials.orders.OrderFault;
import dev.kinebeam.trials.orders.OrderOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drill order}: orders of renders and viewings, a fault in their middle, the account. */
@Command(
    name = "order",
    mixinStandardHelpOptions = true,
    description = {
      "Break something in the middle of 100 orders, while ready renders are played.",
      "",
      "host, worker, job, postgres, s3: killed with SIGKILL for --outage seconds.",
      "eviction: the host's copies are deleted. assets: the primitives are replaced.",
      "bucket: it loses mezzanines. token: one of another render, one that expires.",
      "cold: 10,000 requests for one render. receivers: webhooks that hang, redirect",
      "and answer 500. lanes: an order in the middle of a bulk on a host that takes",
      "5 s for a video, and the cancelling of the bulk.",
      "",
      "The last lines are one of JSON for each fault: orders, ready,",
      "failed_with_reason, stuck, doubled, strays, plays, interrupted_plays."
    },
    footer = {
      "",
      "Runs on a stack, servers and a render job of its own, on free ports.",
      "Exit status: 0 when every order ended once and nothing was left over or",
      "interrupted, 1 when not, 2 wrong usage."
    })
public final class DrillOrderCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--fault",
      paramLabel = "NAME",
      description = "This fault only; may be given again. Default: all of them.")
  private List<String> faults = List.of();

  @Option(
      names = "--outage",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description = "How long a service is unavailable (default: ${DEFAULT-VALUE}).")
  private int outage;

  @Option(
      names = "--bulk",
      defaultValue = "500",
      paramLabel = "N",
      description = "How many orders the bulk of lanes has (default: ${DEFAULT-VALUE}).")
  private int bulk;

  @Option(
      names = "--data-dir",
      defaultValue = "${sys:kinebeam.data:-.local}",
      paramLabel = "DIR",
      description =
          "Its folder drill-order is emptied at the start and used (default: ${DEFAULT-VALUE}).")
  private Path dataDir;

  @Override
  public Integer call() throws Exception {
    require(outage >= 5 && outage <= 60, "--outage", outage, "5 to 60");
    require(bulk >= 50 && bulk <= 5_000, "--bulk", bulk, "50 to 5000");
    List<OrderFault> chosen = chosen();
    DrillConsole console = new DrillConsole(spec.commandLine().getOut());
    List<OrderOutcome> outcomes = new ArrayList<>();
    try (OrderDrill drill =
        OrderDrill.open(
            dataDir.resolve("drill-order"), Duration.ofSeconds(outage), bulk, console::step)) {
      for (OrderFault fault : chosen) {
        outcomes.add(drill.run(fault));
        console.step(outcomes.get(outcomes.size() - 1).json());
      }
    }
    outcomes.forEach(outcome -> console.print(outcome.json()));
    return outcomes.stream().allMatch(OrderOutcome::isClean) ? 0 : FAILED;
  }

  private List<OrderFault> chosen() {
    if (faults.isEmpty()) {
      return List.of(OrderFault.values());
    }
    List<OrderFault> chosen = new ArrayList<>();
    for (String name : faults) {
      chosen.add(
          Arrays.stream(OrderFault.values())
              .filter(fault -> fault.command().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "--fault is %s; it must be one of %s".formatted(name, names()))));
    }
    return chosen;
  }

  private static String names() {
    return Arrays.stream(OrderFault.values())
        .map(OrderFault::command)
        .collect(Collectors.joining(", "));
  }

  private void require(boolean holds, String option, long value, String range) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; it must lie in " + range);
    }
  }
}
