package dev.kinebeam.programs.registry;

import dev.kinebeam.catalog.people.PersonRole;
import dev.kinebeam.catalog.people.Registry;
import dev.kinebeam.catalog.people.Registry.PersonForm;
import dev.kinebeam.catalog.people.Registry.RefusedException;
import dev.kinebeam.program.cli.OrganizationOption;
import dev.kinebeam.program.cli.UuidConverter;
import dev.kinebeam.schemas.Words;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam person}: the people of organizations. */
@Command(
    name = "person",
    mixinStandardHelpOptions = true,
    description = "Enters people of organizations.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = PersonCommand.Add.class)
public final class PersonCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name what to do: add");
  }

  /** {@code ./kinebeam person add}. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Enters a person and prints their id, the sub of their tokens, on standard output.",
        "With the --id of one who is there it changes what is given; repeating it changes nothing."
      },
      footer = {
        "",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 entered or there already, 1 failure, 2 wrong usage or no such organization."
      })
  static final class Add extends RegistryCommand {
    @Mixin private final OrganizationOption organization = new OrganizationOption();

    @Option(
        names = "--id",
        paramLabel = "UUID",
        converter = UuidConverter.class,
        description = "The person's id at the identity provider. Default: a new one")
    private UUID id;

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        required = true,
        description = "patient, specialist or clinic_admin.")
    private String role;

    @Option(names = "--name", required = true, description = "What people call them.")
    private String name;

    @Option(
        names = "--locale",
        description = "Their language, as ro or pt-BR. Default: the organization's")
    private String locale;

    @Option(
        names = "--active",
        paramLabel = "true|false",
        arity = "1",
        description = "Whether they still belong to it; who does not reaches no patient.")
    private Boolean active;

    @Override
    void check() {
      checkName(name);
      checkLocale(locale);
      parsedRole();
    }

    private PersonRole parsedRole() {
      return Arrays.stream(PersonRole.values())
          .filter(known -> Words.write(known).equals(role))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "--role is %s; it must be one of %s"
                          .formatted(
                              role,
                              Arrays.stream(PersonRole.values())
                                  .map(Words::write)
                                  .collect(Collectors.joining(", ")))));
    }

    @Override
    String message(RefusedException refused) {
      return refused.reason() == Registry.Reason.OTHER_ROLE
          ? "--role is %s, but %s is entered as %s; give the person another --id"
              .formatted(role, refused.value(), refused.known())
          : super.message(refused);
    }

    @Override
    Answer enter(Registry registry) {
      UUID person = id == null ? UUID.randomUUID() : id;
      PersonForm form =
          new PersonForm(
              parsedRole(), name, Optional.ofNullable(active), Optional.ofNullable(locale));
      String result = registry.person(organization.id(), person, form).word();
      return new Answer(
          person.toString(),
          role + " " + person + ": " + result,
          Map.of(
              "organization", organization.id(), "person", person, "role", role, "result", result));
    }
  }
}
