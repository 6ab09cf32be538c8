package dev.kinebeam.programs.registry;

import dev.kinebeam.catalog.people.Feature;
import dev.kinebeam.catalog.people.Registry;
import dev.kinebeam.catalog.people.Registry.OrganizationForm;
import dev.kinebeam.catalog.people.TimeZones;
import dev.kinebeam.program.cli.OrganizationOption;
import dev.kinebeam.program.cli.UuidConverter;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam org}: the clinics. */
@Command(
    name = "org",
    mixinStandardHelpOptions = true,
    description = "Enters organizations and what they have switched on.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {OrgCommand.Add.class, OrgCommand.Enable.class, OrgCommand.Disable.class})
public final class OrgCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name what to do: add, enable or disable");
  }

  /** {@code ./kinebeam org add}. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = {
        "Enters an organization and prints its id on standard output.",
        "With the --id of one that is there it changes what is given; repeating it changes nothing."
      },
      footer = {
        "",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 entered or there already, 1 failure, 2 wrong usage."
      })
  static final class Add extends RegistryCommand {
    private static final int LONGEST_RETENTION = 1200;

    @Option(
        names = "--id",
        paramLabel = "UUID",
        converter = UuidConverter.class,
        description = "The organization's id. Default: a new one")
    private UUID id;

    @Option(names = "--name", required = true, description = "What people call it.")
    private String name;

    @Option(
        names = "--time-zone",
        paramLabel = "ZONE",
        description =
            "In whose days and weeks its figures are counted, as Europe/Bucharest. Default: UTC")
    private String timeZone;

    @Option(
        names = "--locale",
        description = "The language of its people, as ro or pt-BR. Default: en")
    private String locale;

    @Option(
        names = "--retention-months",
        paramLabel = "MONTHS",
        description = "Of its sessions and stalls; 0 = as long as the platform. Default: 0")
    private Integer retentionMonths;

    @Override
    void check() {
      checkName(name);
      checkLocale(locale);
      if (timeZone != null) {
        try {
          TimeZones.parse(timeZone);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "--time-zone is %s; it must be %s".formatted(timeZone, TimeZones.FORM), e);
        }
      }
      if (retentionMonths != null && (retentionMonths < 0 || retentionMonths > LONGEST_RETENTION)) {
        throw new IllegalArgumentException(
            "--retention-months is %d; it must be from 0 to %d"
                .formatted(retentionMonths, LONGEST_RETENTION));
      }
    }

    @Override
    Answer enter(Registry registry) {
      UUID org = id == null ? UUID.randomUUID() : id;
      OrganizationForm form =
          new OrganizationForm(
              name,
              Optional.ofNullable(timeZone),
              Optional.ofNullable(locale),
              Optional.ofNullable(retentionMonths));
      String result = registry.organization(org, form).word();
      return new Answer(
          org.toString(),
          "organization " + org + ": " + result,
          Map.of("organization", org, "result", result));
    }
  }

  /** A feature of one organization. */
  abstract static class SetFeature extends RegistryCommand {
    @Mixin private final OrganizationOption organization = new OrganizationOption();

    @Parameters(
        paramLabel = "FEATURE",
        description = "allActivePatientsDashboard or therapistPersonalizedExerciseVideo.")
    private String feature;

    abstract boolean enabled();

    private Feature known() {
      return Feature.of(feature)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "there is no feature '%s'; there are %s"
                          .formatted(feature, Feature.words())));
    }

    @Override
    void check() {
      known();
    }

    @Override
    Answer enter(Registry registry) {
      String result = registry.feature(organization.id(), known(), enabled()).word();
      String state = enabled() ? "enabled" : "disabled";
      return new Answer(
          state,
          "%s of %s is %s: %s".formatted(feature, organization.id(), state, result),
          Map.of(
              "organization",
              organization.id(),
              "feature",
              feature,
              "enabled",
              enabled(),
              "result",
              result));
    }
  }

  /** {@code ./kinebeam org enable}. */
  @Command(
      name = "enable",
      mixinStandardHelpOptions = true,
      description = "Switches a feature of an organization on.",
      footer = {
        "",
        "With allActivePatientsDashboard its specialists reach every active patient.",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 set, 1 failure, 2 wrong usage or no such organization."
      })
  static final class Enable extends SetFeature {
    @Override
    boolean enabled() {
      return true;
    }
  }

  /** {@code ./kinebeam org disable}. */
  @Command(
      name = "disable",
      mixinStandardHelpOptions = true,
      description = "Switches a feature of an organization off.",
      footer = {
        "",
        "Login: a member of kinebeam_registry, usually kb_registry.",
        "From the environment: DATABASE_PASSWORD.",
        "Exit status: 0 set, 1 failure, 2 wrong usage or no such organization."
      })
  static final class Disable extends SetFeature {
    @Override
    boolean enabled() {
      return false;
    }
  }
}
