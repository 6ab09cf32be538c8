package dev.kinebeam.coreapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.testing.NodePackages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kinebeam-tracker} as it is shipped; {@code TrackerIT} has what it does in a browser. */
class TrackerTest {
  private static final int MOST_BYTES = 6 * 1024;
  private static final Path SOURCES = Path.of("src/main/resources/pages/tracker").toAbsolutePath();

  @Test
  void theModuleHasAtMostSixKilobytes() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(Files.readAllBytes(SOURCES.resolve("kinebeam-tracker.js")));
    }
    assertThat(packed.size()).isLessThanOrEqualTo(MOST_BYTES);
  }

  @Test
  @Tag("servers")
  void theCoreApiServesItPacked() throws Exception {
    try (TestCoreApi api = TestCoreApi.start()) {
      for (String file : List.of("kinebeam-tracker.js", "kinebeam-tracker.classic.js")) {
        HttpResponse<byte[]> answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + api.port() + "/tracker/" + file))
                        .header("Accept-Encoding", "gzip")
                        .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
            .hasValue("text/javascript; charset=utf-8");
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(answer.body()).hasSizeLessThanOrEqualTo(MOST_BYTES);
      }
    }
  }

  /** What a project gets of {@code npm pack}, checked by the TypeScript compiler. */
  @Test
  @Tag("node")
  void thePackageIsWholeAndHasTypes(@TempDir Path project) throws Exception {
    String archive =
        NodePackages.run(project, "npm", "pack", "--silent", SOURCES.toString()).strip();
    Path installed = project.resolve("node_modules/kinebeam-tracker");
    Files.createDirectories(installed);
    NodePackages.run(
        project, "tar", "-xzf", archive, "-C", installed.toString(), "--strip-components=1");
    try (Stream<Path> files = Files.list(installed)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "LICENSE",
              "README.md",
              "kinebeam-tracker.classic.js",
              "kinebeam-tracker.d.ts",
              "kinebeam-tracker.js",
              "package.json");
    }
    assertThat(compiled(project, "token: async () => 'a token'")).isEmpty();
    assertThat(compiled(project, "token: 7")).contains("TS2322");
    String exported =
        NodePackages.run(
            project,
            "node",
            "--input-type=module",
            "-e",
            "import * as it from 'kinebeam-tracker'; console.log(Object.keys(it).join())");
    assertThat(exported.strip()).isEqualTo("track");
  }

  /** What the compiler has to say of a call with this token. */
  private static String compiled(Path project, String token) throws Exception {
    Path kit = Path.of("../support/web-support").toAbsolutePath().normalize();
    NodePackages.install(kit.resolve("src/test/client"), kit.resolve("target/client"));
    Files.writeString(project.resolve("package.json"), "{\"type\": \"module\"}");
    Files.writeString(
        project.resolve("page.ts"),
        """
        import { track, type Handle } from 'kinebeam-tracker';
        const handle: Handle = track(document.querySelector('video')!, {
          endpoint: 'https://gateway.example/v1/media/events', %s, mediaId: 'video', consent: () => true,
          debug: (...what) => console.log(what),
        });
        const session: string | null = handle.sessionId;
        console.log(session);
        handle.end();
        """
            .formatted(token),
        UTF_8);
    Process process =
        new ProcessBuilder(
                "node",
                kit.resolve("target/client/node_modules/typescript/bin/tsc").toString(),
                "--strict",
                "--noEmit",
                "--target",
                "es2022",
                "--module",
                "nodenext",
                "--lib",
                "es2022,dom",
                "page.ts")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .start();
    String output = read(process);
    process.waitFor();
    return output.strip();
  }

  private static String read(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
