package dev.kinebeam.beam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.ReadableFileCoder;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MetadataCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that refuses, forgets or breaks off; the real one is met in ArchiveIT. */
class WholeFileTest {
  private static final byte[] WHOLE = "0123456789".repeat(20_000).getBytes(StandardCharsets.UTF_8);

  private HttpServer server;
  private int bodies;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    FileSystems.setDefaultPipelineOptions(
        S3Files.configure(
            PipelineOptionsFactory.create(),
            Map.of(
                "S3_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort(),
                "S3_ACCESS_KEY_ID", "id",
                "S3_SECRET_ACCESS_KEY", "secret")));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
  }

  @Test
  void aBodyThatBreaksOffIsReadAgain() throws IOException {
    serveWhole(1);
    assertThat(WholeFile.read(file())).hasValue(WHOLE);
    assertThat(bodies).isEqualTo(2);
  }

  @Test
  void aBodyThatKeepsBreakingOffIsNamedAndNotTakenForTheWhole() {
    serveWhole(Integer.MAX_VALUE);
    assertThatThrownBy(() -> WholeFile.read(file()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("s3://archive/a/b.gz cannot be read: ");
    assertThat(bodies).isEqualTo(3);
  }

  @Test
  void whatIsNotThereIsEmptyAndWhatIsRefusedIsNamed() throws IOException {
    answer(404);
    assertThat(WholeFile.read(file())).isEmpty();
    server.removeContext("/");
    answer(403);
    assertThatThrownBy(() -> WholeFile.read(file()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the object store answered 403 for s3://archive/a/b.gz: ");
  }

  private void answer(int status) {
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  /** In path style, or there is nothing at this place. */
  private void serveWhole(int broken) {
    server.createContext(
        "/archive/a/b.gz",
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"1\"");
          if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(WHOLE.length));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return;
          }
          bodies++;
          exchange.sendResponseHeaders(206, WHOLE.length);
          exchange.getResponseBody().write(WHOLE, 0, bodies <= broken ? 100_000 : WHOLE.length);
          // Closing the stream of a body that is not whole cuts the connection.
          exchange.close();
        });
  }

  private static ReadableFile file() throws IOException {
    MatchResult.Metadata metadata =
        MatchResult.Metadata.builder()
            .setResourceId(FileSystems.matchNewResource("s3://archive/a/b.gz", false))
            .setSizeBytes(WHOLE.length)
            .setIsReadSeekEfficient(true)
            .build();
    // Beam makes such files in a pipeline only; this is one on its way between two steps.
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    MetadataCoder.of().encode(metadata, sent);
    int position = List.of(Compression.values()).indexOf(Compression.UNCOMPRESSED);
    VarIntCoder.of().encode(position, sent);
    return ReadableFileCoder.of().decode(new ByteArrayInputStream(sent.toByteArray()));
  }
}
