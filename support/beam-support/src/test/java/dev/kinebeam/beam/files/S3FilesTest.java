package dev.kinebeam.beam.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.Map;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.regions.Region;

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
}
