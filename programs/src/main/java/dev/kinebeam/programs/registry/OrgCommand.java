package dev.kinebeam.programs.registry;

import dev.kinebeam.program.cli.UuidConverter;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam org}: the clinics. */
@Command(
    name = "org",
    mixinStandardHelpOptions = true,
    description = "Enters organizations.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = OrgCommand.Add.class)
public final class OrgCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name what to do: add");
  }

  /** {@code ./kinebeam org add}. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Enters an organization and prints its id on standard output.",
        "With the --id of one that is there it changes the name; repeating it changes nothing."
      },
      footer = {
        "",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 entered or there already, 1 failure, 2 wrong usage."
      })
  static final class Add extends RegistryCommand {
    @Option(
        names = "--id",
        paramLabel = "UUID",
        converter = UuidConverter.class,
        description = "The organization's id. Default: a new one")
    private UUID id;

    @Option(names = "--name", required = true, description = "What people call it.")
    private String name;

    @Override
    void check() {
      checkName(name);
    }

    @Override
    Answer enter(Registry registry) throws SQLException {
      UUID org = id == null ? UUID.randomUUID() : id;
      String result = Registry.word(registry.organization(org, name));
      return new Answer(
          org.toString(),
          "organization " + org + ": " + result,
          Map.of("organization", org, "result", result));
    }
  }
}
