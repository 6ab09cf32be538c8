package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.gateway.auth.Role;
import dev.kinebeam.gateway.auth.Tokens;
import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The OpenAPI document as its readers use it: a linter, a generator of TypeScript clients, the
 * TypeScript compiler, and a program that posts every event with the generated client. {@code
 * ./kinebeam test} installs Node.js; the packages are those of {@code src/test/client}.
 */
@Tag("node")
class TypeScriptClientTest {
  private static final Path SOURCES = Path.of("src/test/client");
  private static final Path WORK = Path.of("target/client");
  private static final Path DOCUMENT = Path.of("../docs/integrating.md");
  private static final String LOCK = "package-lock.json";

  private static TestGateway gateway;

  @BeforeAll
  static void install() throws Exception {
    Files.createDirectories(WORK);
    boolean stale =
        !Files.exists(WORK.resolve("node_modules/.package-lock.json"))
            || !Files.exists(WORK.resolve(LOCK))
            || Files.mismatch(SOURCES.resolve(LOCK), WORK.resolve(LOCK)) >= 0;
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        copy(Files.newInputStream(file), file.getFileName().toString());
      }
    }
    copy(TypeScriptClientTest.class.getResourceAsStream("/openapi/openapi.json"), "openapi.json");
    copy(Files.newInputStream(DOCUMENT), "integrating.md");
    if (stale) {
      run("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline");
    }
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  private static void copy(InputStream from, String name) throws IOException {
    try (from) {
      Files.copy(from, WORK.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String run(String... command) throws Exception {
    Path log = Files.createTempFile(WORK.toAbsolutePath(), "run", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(WORK.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      String output = Files.readString(log);
      assertThat(ended).as("%s ends: %s", Arrays.toString(command), output).isTrue();
      assertThat(process.exitValue()).as("%s: %s", Arrays.toString(command), output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
      Files.delete(log);
    }
  }

  @Test
  void theLinterFindsNothing() throws Exception {
    run("npm", "run", "--silent", "lint");
  }

  @Test
  void aGeneratedClientCompilesAndPostsEveryEvent() throws Exception {
    run("npm", "run", "--silent", "generate");
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf("```ts\n") + "```ts\n".length();
    Files.writeString(
        WORK.resolve("send.ts"), document.substring(begin, document.indexOf("```", begin)));
    run("npm", "run", "--silent", "build");
    String address = "http://127.0.0.1:" + gateway.port();
    String output =
        run("npm", "run", "--silent", "post", "--", address, TestGateway.patientToken());
    assertThat(output.strip().lines()).hasSize(EventType.values().length + 1);
    List<EventType> taken = new ArrayList<>();
    MediaRecord.Reader reader = new MediaRecord.Reader();
    for (LogRecord entry : gateway.log.of(Topics.MEDIA_EVENTS)) {
      taken.add(((MediaRecord.Accepted) reader.read(entry.value())).record().event().type());
    }
    assertThat(taken)
        .hasSize(2 * EventType.values().length)
        .containsAll(List.of(EventType.values()));
  }

  /** The documents' example, as it stands there. */
  @Test
  void theReaderOfTheDocumentsFollowsTheStream() throws Exception {
    UUID[] opened = {UUID.randomUUID(), UUID.randomUUID()};
    for (UUID id : opened) {
      gateway
          .owner()
          .useHandle(
              handle ->
                  handle.execute(
                      """
                      INSERT INTO automations
                        (automation_id, org_id, rule, subject, title, opened_at, evidence)
                      VALUES (?, ?, 'content_quality', ?, 'Content quality issue', now(), '{}')
                      """,
                      id,
                      TestGateway.ORG,
                      id.toString()));
    }
    String output =
        run(
            "node",
            "follow-docs.mjs",
            "http://127.0.0.1:" + gateway.port(),
            Tokens.of(Role.SPECIALIST, TestGateway.ORG, UUID.randomUUID()),
            "2");
    assertThat(output.strip().lines())
        .containsExactly("1 opened " + opened[0], "2 opened " + opened[1]);
  }

  /** Where packages were fetched from is no matter of the project's. */
  @Test
  void theLockFileNamesNoRegistry() throws Exception {
    assertThat(Files.readString(SOURCES.resolve(LOCK))).doesNotContain("\"resolved\"");
  }
}
