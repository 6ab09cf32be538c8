package dev.kinebeam.programs.cli;

import dev.kinebeam.coreapi.CoreApiMain;
import dev.kinebeam.eventarchive.writer.ArchiveMain;
import dev.kinebeam.gateway.GatewayMain;
import dev.kinebeam.pipelines.TelemetryMain;
import dev.kinebeam.pipelines.backfill.BackfillMain;
import dev.kinebeam.program.config.DataDirectory;
import dev.kinebeam.programs.catalogue.CatalogCommand;
import dev.kinebeam.programs.cluster.ClusterCommand;
import dev.kinebeam.programs.deadletters.DeadLettersMain;
import dev.kinebeam.programs.media.BundleCommand;
import dev.kinebeam.programs.media.ComposeCommand;
import dev.kinebeam.programs.migrate.MigrateCommand;
import dev.kinebeam.programs.registry.CareLinkCommand;
import dev.kinebeam.programs.registry.ConsentCommand;
import dev.kinebeam.programs.registry.OrgCommand;
import dev.kinebeam.programs.registry.PersonCommand;
import dev.kinebeam.render.RenderMain;
import dev.kinebeam.render.imports.ImportMain;
import dev.kinebeam.videohost.VideoHostMain;
import dev.kinebeam.worker.WorkerMain;
import dev.kinebeam.worker.rights.EraseMain;
import dev.kinebeam.worker.rights.ExportMain;
import dev.kinebeam.worker.upkeep.MaintainMain;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands behind {@code ./kinebeam}. */
@Command(
    name = "kinebeam",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "The media engine of a tele-rehabilitation platform.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Every command explains itself with --help."})
public final class KinebeamMain implements Runnable {
  private static final int FAILURE = 1;
  private static final List<Class<?>> COMMANDS =
      List.of(
          MigrateCommand.class,
          GatewayMain.class,
          CoreApiMain.class,
          WorkerMain.class,
          VideoHostMain.class,
          TelemetryMain.class,
          ArchiveMain.class,
          BackfillMain.class,
          DeadLettersMain.class,
          BundleCommand.class,
          RenderMain.class,
          ImportMain.class,
          MaintainMain.class,
          EraseMain.class,
          ExportMain.class,
          OrgCommand.class,
          PersonCommand.class,
          ConsentCommand.class,
          CareLinkCommand.class,
          CatalogCommand.class,
          ComposeCommand.class,
          ClusterCommand.class);

  /** They run until they are stopped, and log to standard error; a render without an end too. */
  private static final Set<String> SERVERS =
      Set.of("gateway", "core-api", "worker", "video-host", "telemetry", "archive", "render");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Exits 0, 2 on wrong usage, 1 on failure with one line that says what and what next. */
  public static void main(String[] args) {
    run(List.of(), args);
  }

  /**
   * The same with further commands.
   *
   * @param more command classes, beside the product's
   */
  public static void run(List<Class<?>> more, String... args) {
    String format = System.getenv().getOrDefault("KINEBEAM_LOG_FORMAT", "text");
    if (!List.of("text", "json").contains(format)) {
      System.err.println(
          "kinebeam: KINEBEAM_LOG_FORMAT is " + format + "; it must be text or json");
      System.exit(CommandLine.ExitCode.USAGE);
    }
    chooseLog(args);
    System.exit(commandLine(more, args).execute(args));
  }

  /**
   * Commands that a person waits for keep the log out of the way, in a file; programs of
   * deployments write it to standard error. Must come before any class that logs.
   */
  private static void chooseLog(String[] args) {
    if (args.length > 0 && (!SERVERS.contains(args[0]) || isWaitedFor(List.of(args)))) {
      System.setProperty("kinebeam.console.level", "ERROR");
      System.setProperty("kinebeam.log", DataDirectory.resolve("logs/kinebeam.log").toString());
    }
  }

  /** A render job with an end is waited for, and so is the worker's status; else it is a server. */
  private static boolean isWaitedFor(List<String> args) {
    return switch (args.get(0)) {
      case "worker" -> args.contains("status");
      case "render" ->
          args.stream()
              .anyMatch(arg -> arg.startsWith("--orders") || arg.equals("--all-exercises"));
      default -> false;
    };
  }

  /**
   * Knows the command that the first argument names, or all of them when it names none: reading
   * every command's options takes longer than some commands.
   */
  public static CommandLine commandLine(List<Class<?>> more, String... args) {
    CommandLine line = new CommandLine(new KinebeamMain());
    List<Class<?>> all = Stream.concat(more.stream(), COMMANDS.stream()).toList();
    List<Class<?>> named =
        all.stream().filter(type -> args.length > 0 && name(type).equals(args[0])).toList();
    (named.isEmpty() ? all : named).forEach(line::addSubcommand);
    line.setParameterExceptionHandler(
        (wrong, given) -> {
          CommandLine command = wrong.getCommandLine();
          String name = command.getCommandSpec().qualifiedName();
          String message =
              RenamedFlags.message(Usage.name(command), List.of(given))
                  .orElseGet(() -> Usage.message(wrong));
          command.getErr().println(message + "; see " + name + " --help");
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
