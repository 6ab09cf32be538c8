package dev.kinebeam.programs.registry;

import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.people.Registry;
import dev.kinebeam.program.cli.PatientOptions;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam consent}: what patients agree to. */
@Command(
    name = "consent",
    mixinStandardHelpOptions = true,
    description = "Records what patients agree to.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ConsentCommand.Grant.class, ConsentCommand.Withdraw.class})
public final class ConsentCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name what to do: grant or withdraw");
  }

  /** One answer of one patient. */
  abstract static class Set extends RegistryCommand {
    private static final int LONGEST_VERSION = 100;

    @Mixin private final PatientOptions whom = new PatientOptions();

    @Option(
        names = "--purpose",
        defaultValue = Consents.ANALYTICS,
        description = "What was asked for; events need analytics. Default: ${DEFAULT-VALUE}")
    private String purpose;

    @Option(
        names = "--text-version",
        paramLabel = "VERSION",
        description = "Of the text that the patient was shown. Default: that of the last answer")
    private String textVersion;

    abstract boolean agrees();

    @Override
    void check() {
      if (!Consents.isPurpose(purpose)) {
        throw new IllegalArgumentException(
            "--purpose is " + purpose + "; it must be a lower-case word such as analytics");
      }
      if (textVersion != null
          && (textVersion.isBlank() || textVersion.length() > LONGEST_VERSION)) {
        throw new IllegalArgumentException(
            "--text-version has %d characters; it must have 1 to %d and not be blank"
                .formatted(textVersion.length(), LONGEST_VERSION));
      }
    }

    @Override
    Answer enter(Registry registry) {
      String result =
          registry
              .consent(
                  whom.org(), whom.patient(), purpose, agrees(), Optional.ofNullable(textVersion))
              .word();
      String answer = agrees() ? "granted" : "withdrawn";
      return new Answer(
          answer,
          "consent of " + whom.patient() + " for " + purpose + " is " + answer + ": " + result,
          Map.of(
              "organization", whom.org(),
              "patient", whom.patient(),
              "purpose", purpose,
              "active", agrees(),
              "result", result));
    }
  }

  /** {@code ./kinebeam consent grant}. */
  @Command(
      name = "grant",
      mixinStandardHelpOptions = true,
      description = "Records that a patient agrees. Gateways take it up within 30 s.",
      footer = {
        "",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 recorded, 1 failure, 2 wrong usage or no such patient."
      })
  static final class Grant extends Set {
    @Override
    boolean agrees() {
      return true;
    }
  }

  /** {@code ./kinebeam consent withdraw}. */
  @Command(
      name = "withdraw",
      mixinStandardHelpOptions = true,
      description = {
        "Records that a patient agrees no longer.",
        "Gateways refuse events within 30 s; what is stored stays until ./kinebeam erase removes"
            + " it."
      },
      footer = {
        "",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 recorded, 1 failure, 2 wrong usage or no such patient."
      })
  static final class Withdraw extends Set {
    @Override
    boolean agrees() {
      return false;
    }
  }
}
