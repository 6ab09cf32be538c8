package dev.kinebeam.localstack.cli;

import dev.kinebeam.gateway.GatewayMain;
import dev.kinebeam.localstack.bulk.DrillBulkCommand;
import dev.kinebeam.localstack.bulk.SampleCommand;
import dev.kinebeam.localstack.cluster.ClusterCommand;
import dev.kinebeam.localstack.demo.DemoCommand;
import dev.kinebeam.localstack.drill.DrillCommand;
import dev.kinebeam.localstack.patients.TokenCommand;
import dev.kinebeam.pipelines.TelemetryMain;
import dev.kinebeam.pipelines.archive.ArchiveMain;
import dev.kinebeam.pipelines.backfill.BackfillMain;
import dev.kinebeam.pipelines.letters.DeadLettersMain;
import dev.kinebeam.pipelines.registry.ConsentCommand;
import dev.kinebeam.pipelines.registry.OrgCommand;
import dev.kinebeam.pipelines.registry.PersonCommand;
import dev.kinebeam.pipelines.rights.EraseMain;
import dev.kinebeam.pipelines.upkeep.MaintainMain;
import dev.kinebeam.render.RenderMain;
import dev.kinebeam.render.cli.BundleCommand;
import dev.kinebeam.render.cli.ComposeCommand;
import dev.kinebeam.render.imports.ImportMain;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands behind {@code ./kinebeam}. */
@Command(
    name = "kinebeam",
    mixinStandardHelpOptions = true,
    version = "kinebeam 0.1.0-SNAPSHOT",
    description = "The media engine of a tele-rehabilitation platform.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "  test       Installs what the tests need and passes every test.",
      "",
      "Start with ./kinebeam demo. Every command has --help."
    })
public final class KinebeamMain implements Runnable {
  private static final int FAILURE = 1;
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          StackCommand.class,
          GatewayMain.class,
          TelemetryMain.class,
          ArchiveMain.class,
          BackfillMain.class,
          DeadLettersMain.class,
          BundleCommand.class,
          RenderMain.class,
          ImportMain.class,
          MaintainMain.class,
          EraseMain.class,
          OrgCommand.class,
          PersonCommand.class,
          ConsentCommand.class,
          TokenCommand.class,
          ComposeCommand.class,
          BenchCommand.class,
          ClusterCommand.class,
          DrillCommand.class,
          DrillBulkCommand.class,
          SampleCommand.class);
  private static final Set<String> TALKING =
      Set.of(
          "demo",
          "stack",
          "bundle",
          "compose",
          "bench",
          "cluster",
          "drill",
          "backfill",
          "dead-letters",
          "maintain",
          "erase",
          "org",
          "person",
          "consent",
          "token",
          "import",
          "drill-bulk",
          "sample");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Exits 0, 2 on wrong usage, 1 on failure with one line that says what and what next. */
  public static void main(String[] args) {
    String format = System.getenv().getOrDefault("KINEBEAM_LOG_FORMAT", "text");
    if (!List.of("text", "json").contains(format)) {
      System.err.println(
          "kinebeam: KINEBEAM_LOG_FORMAT is " + format + "; it must be text or json");
      System.exit(CommandLine.ExitCode.USAGE);
    }
    chooseLog(args);
    System.exit(commandLine(args).execute(args));
  }

  /**
   * Commands that talk to a person keep the log out of the way, in a file; programs of deployments
   * write it to standard error. Must come before any class that logs.
   */
  private static void chooseLog(String[] args) {
    if (args.length > 0 && (TALKING.contains(args[0]) || isBatch(List.of(args)))) {
      System.setProperty("kinebeam.console.level", "ERROR");
      System.setProperty(
          "kinebeam.log", System.getProperty("kinebeam.home", ".") + "/.local/logs/kinebeam.log");
    }
  }

  /** A render job with an end talks to whoever started it; one without is a program. */
  private static boolean isBatch(List<String> args) {
    return args.get(0).equals("render")
        && args.stream().anyMatch(arg -> arg.startsWith("--orders") || arg.equals("--catalog"));
  }

  /**
   * Knows the command that the first argument names, or all of them when it names none: reading
   * every command's options takes longer than some commands.
   */
  static CommandLine commandLine(String... args) {
    CommandLine line = new CommandLine(new KinebeamMain());
    List<Class<?>> named =
        COMMANDS.stream().filter(type -> args.length > 0 && name(type).equals(args[0])).toList();
    (named.isEmpty() ? COMMANDS : named).forEach(line::addSubcommand);
    line.setParameterExceptionHandler(
        (wrong, given) -> {
          CommandLine command = wrong.getCommandLine();
          String name = command.getCommandSpec().qualifiedName();
          command.getErr().println(Usage.message(wrong) + "; see " + name + " --help");
          return CommandLine.ExitCode.USAGE;
        });
    return line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println(Usage.name(command) + ": " + Usage.message(command, failure));
          if (Boolean.getBoolean("kinebeam.trace")) {
            failure.printStackTrace(command.getErr());
          }
          return FAILURE;
        });
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
  }
}
