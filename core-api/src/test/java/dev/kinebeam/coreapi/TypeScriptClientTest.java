package dev.kinebeam.coreapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.NodeClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The Core API's document passes its linter, and a TypeScript client that is generated from it
 * compiles; the reader of changes in the documents works as it is printed there.
 */
@Tag("node")
@Tag("servers")
class TypeScriptClientTest {
  private static NodeClient node;
  private static TestCoreApi api;

  @BeforeAll
  static void install() throws Exception {
    node = NodeClient.install("core-api", "figures.ts", "follow-docs.mjs");
    node.add(Files.newInputStream(Path.of("../docs/integrating.md")), "integrating.md");
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @Test
  void theLinterFindsNothing() throws Exception {
    node.run("npm", "run", "--silent", "lint");
  }

  @Test
  void aGeneratedClientCompiles() throws Exception {
    node.run("npm", "run", "--silent", "generate");
    node.run("npm", "run", "--silent", "build");
  }

  @Test
  void theReaderOfTheDocumentsFollowsTheStream() throws Exception {
    UUID[] opened = {UUID.randomUUID(), UUID.randomUUID()};
    for (UUID id : opened) {
      api.owner()
          .useHandle(
              handle ->
                  handle.execute(
                      """
                      INSERT INTO automations
                        (automation_id, org_id, rule, subject, title, opened_at, evidence)
                      VALUES (?, ?, 'content_quality', ?, 'Content quality issue', now(), '{}')
                      """,
                      id,
                      TestCoreApi.ORG,
                      id.toString()));
    }
    String output =
        node.run(
            "node",
            "follow-docs.mjs",
            "http://127.0.0.1:" + api.port(),
            Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, UUID.randomUUID()),
            "2");
    assertThat(output.strip().lines())
        .containsExactly("1 opened " + opened[0], "2 opened " + opened[1]);
  }
}
