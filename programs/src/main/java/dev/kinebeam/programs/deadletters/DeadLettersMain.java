package dev.kinebeam.programs.deadletters;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What was refused: finds it, shows it, and sends again what passes by now. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "Finds, shows and replays events that were refused.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Exit status: 0 done, 1 failure, 2 wrong usage or configuration."},
    subcommands = {ListDeadLetters.class, ShowDeadLetter.class, ReplayDeadLetters.class})
public final class DeadLettersMain implements Runnable {
  @Spec private CommandSpec spec;

  private final Map<String, String> environment;

  public DeadLettersMain() {
    this(System.getenv());
  }

  /** The same command with the password in another environment than this process's. */
  public DeadLettersMain(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new DeadLettersMain()).execute(args));
  }

  Map<String, String> environment() {
    return environment;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name one of list, show, replay");
  }
}
