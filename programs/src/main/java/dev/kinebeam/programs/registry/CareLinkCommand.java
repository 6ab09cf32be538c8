package dev.kinebeam.programs.registry;

import dev.kinebeam.catalog.people.Registry;
import dev.kinebeam.program.cli.PatientOptions;
import dev.kinebeam.program.cli.UuidConverter;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam care-link}: which specialist treats which patient. */
@Command(
    name = "care-link",
    mixinStandardHelpOptions = true,
    description = "Records which specialist treats, and so reaches, which patient.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CareLinkCommand.Begin.class, CareLinkCommand.End.class})
public final class CareLinkCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name what to do: begin or end");
  }

  /** One link. */
  abstract static class Set extends RegistryCommand {
    @Mixin private final PatientOptions whom = new PatientOptions();

    @Option(
        names = "--specialist",
        paramLabel = "UUID",
        converter = UuidConverter.class,
        required = true,
        description = "The specialist of that organization.")
    private UUID specialist;

    abstract boolean linked();

    @Override
    void check() {
      // Both ids are checked where they are read.
    }

    @Override
    Answer enter(Registry registry) {
      String result = registry.careLink(whom.org(), whom.patient(), specialist, linked()).word();
      String state = linked() ? "begun" : "ended";
      return new Answer(
          state,
          "the link of %s with %s is %s: %s".formatted(whom.patient(), specialist, state, result),
          Map.of(
              "organization",
              whom.org(),
              "patient",
              whom.patient(),
              "specialist",
              specialist,
              "active",
              linked(),
              "result",
              result));
    }
  }

  /** {@code ./kinebeam care-link begin}. */
  @Command(
      name = "begin",
      mixinStandardHelpOptions = true,
      description = "Records that a specialist treats a patient from now on.",
      footer = {
        "",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 recorded, 1 failure, 2 wrong usage or no such person."
      })
  static final class Begin extends Set {
    @Override
    boolean linked() {
      return true;
    }
  }

  /** {@code ./kinebeam care-link end}. */
  @Command(
      name = "end",
      mixinStandardHelpOptions = true,
      description = {
        "Records that a specialist treats a patient no longer.",
        "The next request no longer reaches the patient; ending what has ended changes nothing."
      },
      footer = {
        "",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 recorded, 1 failure, 2 wrong usage or no such person."
      })
  static final class End extends Set {
    @Override
    boolean linked() {
      return false;
    }
  }
}
