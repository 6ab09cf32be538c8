package dev.kinebeam.localstack.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.localstack.services.Endpoints.Database;
import dev.kinebeam.localstack.services.Endpoints.Login;
import dev.kinebeam.localstack.services.Endpoints.ObjectStoreAccess;
import dev.kinebeam.localstack.services.Endpoints.OwnHostAccess;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.ProgramRole;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {
  private static final URI HOST = URI.create("http://127.0.0.1:9100");
  private static final Endpoints ENDPOINTS =
      new Endpoints(
          "127.0.0.1:9092",
          new Database(
              "jdbc:postgresql://127.0.0.1:5432/kinebeam",
              new Login("postgres", "admin-secret"),
              Map.of(
                  ProgramRole.GATEWAY, new Login("kb_gateway", "gateway-secret"),
                  ProgramRole.CORE_API, new Login("kb_core_api", "core-api-secret"),
                  ProgramRole.PIPELINE, new Login("kb_pipeline", "pipeline-secret"),
                  ProgramRole.RENDER, new Login("kb_render", "render-secret"),
                  ProgramRole.WORKER, new Login("kb_worker", "worker-secret"),
                  ProgramRole.MAINTENANCE, new Login("kb_maintenance", "maintenance-secret"),
                  ProgramRole.REGISTRY, new Login("kb_registry", "registry-secret"),
                  ProgramRole.ADMIN, new Login("kb_admin", "admin-login-secret"))),
          new ObjectStoreAccess(
              HOST,
              "eu-central-1",
              "id",
              "s3-secret",
              new Credentials("reader", "reader-secret"),
              new Credentials("getter", "getter-secret"),
              "assets",
              "archive",
              "personal-videos"),
          new VideoHostAccess(HOST, HOST, "1", "api-secret", "read-only-secret", "token-secret"),
          Optional.empty(),
          "auth-secret",
          "composer-secret",
          "webhook-secret-key",
          "signing-key");

  @TempDir Path dir;

  @Test
  void each_program_gets_its_own_login_in_a_file_that_only_its_owner_reads() throws Exception {
    Path folder = EnvFiles.write(ENDPOINTS::toEnvironment, dir.resolve("env"));
    EnvFiles.write(ENDPOINTS::toEnvironment, folder);
    Path pipeline = EnvFiles.file(folder, ProgramRole.PIPELINE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pipeline)))
        .isEqualTo("rw-------");
    assertThat(pipeline)
        .content()
        .contains("DATABASE_USER='kb_pipeline'", "DATABASE_PASSWORD='pipeline-secret'")
        .doesNotContain("gateway-secret", "admin-secret", "auth-secret");
    assertThat(EnvFiles.file(folder, ProgramRole.GATEWAY))
        .content()
        .contains("AUTH_HS256_SECRET='auth-secret'", "COMPOSER_TOKEN='composer-secret'")
        .contains(
            "GATEWAY_CORE_API_ISSUER='http://127.0.0.1:8090'",
            "GATEWAY_CORS_ORIGINS='http://127.0.0.1:8090'");
    assertThat(folder.resolve("core-api.env"))
        .content()
        .contains(
            "DATABASE_USER='kb_core_api'",
            "AUTH_HS256_SECRET='auth-secret'",
            "ADMIN_DATABASE_USER='kb_admin'",
            "BUNNY_STREAM_TOKEN_KEY='token-secret'")
        .doesNotContain("composer-secret", "gateway-secret");
  }

  @Test
  void the_worker_gets_the_key_of_webhooks_and_no_tokens() throws Exception {
    Path folder = EnvFiles.write(ENDPOINTS::toEnvironment, dir.resolve("env"));
    assertThat(folder.resolve("worker.env"))
        .content()
        .contains(
            "DATABASE_USER='kb_worker'",
            "WEBHOOK_SECRET_KEY='webhook-secret-key'",
            "PERSONAL_VIDEOS_BUCKET='personal-videos'")
        .doesNotContain("auth-secret", "composer-secret");
  }

  @Test
  void with_our_own_host_the_worker_may_delete_there_and_in_its_bucket() {
    Endpoints hosting =
        ENDPOINTS.with(new OwnHostAccess(HOST, "own-secret", "own-token", "mezzanines"));
    assertThat(hosting.toEnvironment(ProgramRole.WORKER))
        .containsEntry("VIDEO_HOST_URL", HOST.toString())
        .containsEntry("VIDEO_HOST_API_KEY", "own-secret")
        .containsEntry("WEBHOOK_SECRET_KEY", "webhook-secret-key")
        .containsEntry("S3_MEZZANINE_BUCKET", "mezzanines");
    assertThat(hosting.toEnvironment(ProgramRole.GATEWAY))
        .doesNotContainKeys("VIDEO_HOST_API_KEY", "S3_MEZZANINE_BUCKET", "ADMIN_DATABASE_PASSWORD");
  }

  @Test
  void endpoints_can_be_printed_without_giving_secrets_away() {
    assertThat(ENDPOINTS.toString()).contains("127.0.0.1:9092").doesNotContain("secret");
  }
}
