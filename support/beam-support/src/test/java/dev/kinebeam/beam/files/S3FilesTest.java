package dev.kinebeam.beam.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** What of the settings reaches a worker; the clients are met in ArchiveIT and CataloguePlaysIT. */
class S3FilesTest {
  @Test
  void settingsAreSerializedWithTheJobAndKeysAreNotPlainValues() throws Exception {
    PipelineOptions options =
        S3Files.configure(
            PipelineOptionsFactory.create(),
            Map.of(
                "S3_ENDPOINT", "http://127.0.0.1:9000",
                "S3_REGION", "local",
                "S3_ACCESS_KEY_ID", "id",
                "S3_SECRET_ACCESS_KEY", "hush"));

    SerializablePipelineOptions sent = new SerializablePipelineOptions(options);
    S3Options received = sent.get().as(S3Options.class);

    assertThat(received.getEndpoint()).isEqualTo(URI.create("http://127.0.0.1:9000"));
    assertThat(received.getAwsRegion()).isEqualTo(Region.of("local"));
    assertThat(received.getS3ClientFactoryClass()).isEqualTo(S3Clients.class);
    AwsCredentials keys = received.getAwsCredentialsProvider().resolveCredentials();
    assertThat(keys.accessKeyId()).isEqualTo("id");
    assertThat(keys.secretAccessKey()).isEqualTo("hush");
    // As Beam fills Flink's web page: each option's text, of which an object has none.
    JsonNode shown = new ObjectMapper().readTree(sent.toString()).path("options");
    assertThat(shown.path("endpoint").asText()).startsWith("http:");
    shown.forEach(value -> assertThat(value.asText()).doesNotContain("hush"));
  }

  @Test
  void withoutSettingsARegionIsGivenAllTheSame() {
    S3Options options =
        S3Files.configure(PipelineOptionsFactory.create(), Map.of()).as(S3Options.class);

    assertThat(options.getAwsRegion()).isEqualTo(Region.EU_CENTRAL_1);
    assertThat(options.getEndpoint()).isNull();
  }

  /** As Beam writes, reads and deletes files. */
  @Test
  void serversOtherThanAmazonsAreSentFilesWithoutChecksumsOfTheSdk() throws Exception {
    Set<String> ofFiles = new ConcurrentSkipListSet<>();
    Set<String> ofDeletions = new ConcurrentSkipListSet<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange
              .getRequestHeaders()
              .forEach(
                  (name, values) ->
                      (exchange.getRequestMethod().equals("POST") ? ofDeletions : ofFiles)
                          .add(name.toLowerCase(Locale.ROOT)));
          exchange.getResponseHeaders().set("ETag", "\"etag\"");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    S3Options options =
        S3Files.configure(
                PipelineOptionsFactory.create(),
                Map.of(
                    "S3_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort(),
                    "S3_ACCESS_KEY_ID", "id",
                    "S3_SECRET_ACCESS_KEY", "hush"))
            .as(S3Options.class);
    try (S3Client client = new S3Clients().createBuilder(options).build()) {
      client.uploadPart(
          part -> part.bucket("bucket").key("key").uploadId("1").partNumber(1),
          RequestBody.fromString("a part"));
      client.getObjectAsBytes(object -> object.bucket("bucket").key("key"));
      client.deleteObjects(
          objects ->
              objects
                  .bucket("bucket")
                  .delete(d -> d.objects(ObjectIdentifier.builder().key("key").build())));
    } finally {
      server.stop(0);
    }
    assertThat(ofFiles)
        .contains("x-amz-content-sha256")
        .doesNotContain("content-encoding")
        .noneMatch(name -> name.contains("checksum"));
    assertThat(ofDeletions).contains("content-md5");
  }
}
