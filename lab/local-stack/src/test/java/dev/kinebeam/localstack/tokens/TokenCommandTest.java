package dev.kinebeam.localstack.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TokenCommandTest {
  private static final String OF_THE_STACK = "0123456789abcdef0123456789abcdef";
  private static final String OF_ANOTHER_GATEWAY = "fedcba9876543210fedcba9876543210";

  @TempDir Path dir;

  /** The command as a program, whose environment can be chosen. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      System.exit(new CommandLine(new TokenCommand()).execute(args));
    }
  }

  @Test
  void theLocalStacksKeySignsAndNeverOneOfTheEnvironment() throws Exception {
    Files.createDirectory(dir.resolve("env"));
    Files.writeString(dir.resolve("env/gateway.env"), "AUTH_HS256_SECRET='" + OF_THE_STACK + "'\n");
    ProcessBuilder command =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            "--role=service",
            "--sub=" + UUID.randomUUID(),
            "--data-dir=" + dir);
    command.environment().put("AUTH_HS256_SECRET", OF_ANOTHER_GATEWAY);
    Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String token =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(process.waitFor()).isZero();
    assertThat(SignedJWT.parse(token).verify(new MACVerifier(OF_THE_STACK))).isTrue();
  }

  @Test
  void withoutAStackItSaysWhatToDo() {
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new TokenCommand())
            .setErr(new PrintWriter(err, true))
            .execute("--role=service", "--sub=" + UUID.randomUUID(), "--data-dir=" + dir);

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .contains("gateway.env has no AUTH_HS256_SECRET; start ./kinebeam stack first");
  }
}
