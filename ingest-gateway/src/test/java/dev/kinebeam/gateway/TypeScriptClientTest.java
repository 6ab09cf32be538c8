package dev.kinebeam.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.web.testing.NodeClient;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
@Tag("servers")
class TypeScriptClientTest {
  private static final Path DOCUMENT = Path.of("../docs/integrating.md");

  private static NodeClient node;
  private static TestGateway gateway;

  @BeforeAll
  static void install() throws Exception {
    node = NodeClient.install("ingest-gateway", "post-events.ts");
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
  }

  @Test
  void theLinterFindsNothing() throws Exception {
    node.run("npm", "run", "--silent", "lint");
  }

  @Test
  void aGeneratedClientCompilesAndPostsEveryEvent() throws Exception {
    node.run("npm", "run", "--silent", "generate");
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf("```ts\n") + "```ts\n".length();
    String snippet = document.substring(begin, document.indexOf("```", begin));
    node.add(new ByteArrayInputStream(snippet.getBytes(UTF_8)), "send.ts");
    node.run("npm", "run", "--silent", "build");
    String address = "http://127.0.0.1:" + gateway.port();
    String output =
        node.run("npm", "run", "--silent", "post", "--", address, TestGateway.patientToken());
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
}
