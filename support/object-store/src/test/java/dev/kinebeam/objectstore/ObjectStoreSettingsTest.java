package dev.kinebeam.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectStoreSettingsTest {
  @Test
  void without_keys_and_endpoint_it_is_aws_with_the_task_s_own_role() {
    ObjectStoreSettings settings =
        ObjectStoreSettings.fromEnvironment(Map.of("S3_ASSETS_BUCKET", "assets"));
    assertThat(settings.endpoint()).isEmpty();
    assertThat(settings.credentials()).isEmpty();
    assertThat(settings.region()).isEqualTo("eu-central-1");
  }

  @Test
  void an_endpoint_and_keys_make_it_another_server() {
    ObjectStoreSettings settings =
        ObjectStoreSettings.fromEnvironment(
            Map.of(
                "S3_ASSETS_BUCKET", "assets",
                "S3_ENDPOINT", "http://127.0.0.1:9000",
                "S3_ACCESS_KEY_ID", "key-id",
                "S3_SECRET_ACCESS_KEY", "hush"));
    assertThat(settings.endpoint()).contains(URI.create("http://127.0.0.1:9000"));
    assertThat(settings.toString())
        .contains("assets")
        .doesNotContain("key-id")
        .doesNotContain("hush");
  }

  @ParameterizedTest
  @CsvSource({
    "recordings, eu-central-1, , https://recordings.s3.eu-central-1.amazonaws.com",
    "recordings, us-east-1, , https://recordings.s3.amazonaws.com",
    "our.recordings, eu-central-1, , https://s3.eu-central-1.amazonaws.com",
    "recordings, local, http://127.0.0.1:9000/, http://127.0.0.1:9000"
  })
  void signed_addresses_lead_where_the_signer_leads_them(
      String bucket, String region, URI endpoint, URI origin) {
    ObjectStoreSettings settings =
        new ObjectStoreSettings(bucket, region, Optional.ofNullable(endpoint), Optional.empty());
    assertThat(settings.signedOrigin()).isEqualTo(origin);
  }

  @Test
  void half_a_pair_of_keys_and_no_bucket_are_refused_by_name() {
    assertThatThrownBy(() -> ObjectStoreSettings.fromEnvironment(Map.of()))
        .hasMessageContaining("S3_ASSETS_BUCKET");
    assertThatThrownBy(
            () ->
                ObjectStoreSettings.fromEnvironment(
                    Map.of("S3_ASSETS_BUCKET", "assets", "S3_ACCESS_KEY_ID", "id")))
        .hasMessageContaining("S3_SECRET_ACCESS_KEY");
  }
}
