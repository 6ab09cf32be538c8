package dev.kinebeam.localstack.tokens;

import dev.kinebeam.program.cli.UuidConverter;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.web.auth.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam token}: what an identity provider does, for the local stack alone. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a token for the local stack's gateway and Core API.",
      "For development: elsewhere an identity provider signs tokens, and servers know its",
      "public keys only."
    },
    footer = {
      "",
      "Signs with AUTH_HS256_SECRET of DATA-DIR/env/gateway.env, which a stack writes at each start;",
      "never with one of the environment, which may be another gateway's.",
      "Exit status: 0 printed, 2 wrong usage or no key."
    })
public final class TokenCommand implements Callable<Integer> {
  private static final String SECRET = "AUTH_HS256_SECRET";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      required = true,
      description = "patient, specialist, clinic_admin, superadmin or service.")
  private String role;

  @Option(
      names = "--org",
      converter = UuidConverter.class,
      paramLabel = "UUID",
      description = "The claim org_id; patient, specialist and clinic_admin need it.")
  private UUID org;

  @Option(
      names = "--sub",
      converter = UuidConverter.class,
      paramLabel = "UUID",
      required = true,
      description = "The claim sub: the person's id, or the service's.")
  private UUID subject;

  @Option(
      names = "--valid",
      paramLabel = "DURATION",
      defaultValue = "PT1H",
      description = "How long the token is valid. Default: ${DEFAULT-VALUE}")
  private Duration valid;

  @Option(
      names = "--data-dir",
      description = "Where the stack keeps its data. Default: ${DEFAULT-VALUE}",
      defaultValue = "${sys:kinebeam.data:-.local}")
  private Path dataDir;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    try {
      spec.commandLine()
          .getOut()
          .println(
              DevelopmentTokens.sign(
                  secret(), organization(), subject, role, positive(), Clock.systemUTC()));
      spec.commandLine().getOut().flush();
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Optional<UUID> organization() {
    Role known =
        Role.fromClaim(role)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--role is %s; it must be one of %s"
                            .formatted(
                                role,
                                Arrays.stream(Role.values())
                                    .map(Role::claim)
                                    .collect(Collectors.joining(", ")))));
    if (known.belongsToAnOrganisation() && org == null) {
      throw new IllegalArgumentException("--org is not given; a " + role + " belongs to one");
    }
    return Optional.ofNullable(org);
  }

  private Duration positive() {
    if (valid.isNegative() || valid.isZero()) {
      throw new IllegalArgumentException("--valid is " + valid + "; it must be positive");
    }
    return valid;
  }

  private String secret() throws IOException {
    Map<String, String> stack = EnvFiles.read(dataDir.resolve("env"), ProgramRole.GATEWAY);
    String secret = stack.getOrDefault(SECRET, "");
    if (secret.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no %s; start ./kinebeam stack first, or name its --data-dir"
              .formatted(EnvFiles.file(dataDir.resolve("env"), ProgramRole.GATEWAY), SECRET));
    }
    return secret;
  }
}
