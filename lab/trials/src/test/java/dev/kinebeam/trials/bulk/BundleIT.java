package dev.kinebeam.trials.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.localstack.services.Endpoints.ObjectStoreAccess;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.media.BundleCheckCommand;
import dev.kinebeam.programs.media.BundlePrepareCommand;
import dev.kinebeam.render.RenderMain;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A delivery on its way into a real bucket, and what reads it there with the least rights. */
class BundleIT {
  private static final String SLUG = SampleExercise.SLUG;

  @TempDir Path folder;

  private record Run(int exit, String out, String err) {}

  private static Run run(Object command, Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(
                (failure, of, parsed) -> {
                  err.write(String.valueOf(failure.getMessage()));
                  return 1;
                });
    String[] arguments = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      arguments[i] = words[i].toString();
    }
    int exit = line.execute(arguments);
    return new Run(exit, out.toString(), err.toString());
  }

  private static Map<String, String> as(Credentials credentials, BulkDrillEnvironment drill) {
    Map<String, String> environment = new HashMap<>(drill.environment());
    environment.put("S3_ACCESS_KEY_ID", credentials.accessKeyId());
    environment.put("S3_SECRET_ACCESS_KEY", credentials.secretAccessKey());
    return environment;
  }

  private static ObjectStore open(ObjectStoreAccess access, Credentials credentials, String name) {
    return ObjectStore.open(
        new ObjectStoreSettings(
            name, access.region(), Optional.of(access.endpoint()), Optional.of(credentials)));
  }

  @Test
  void aDeliveryIsSyncedCheckedAndRenderedByCredentialsThatMayOnlyRead() throws Exception {
    Path raw = folder.resolve("raw");
    SampleExercise.tiny().writeRawTo(raw, BundleProgress.NONE);
    try (BulkDrillEnvironment environment =
        BulkDrillEnvironment.open(folder.resolve("stack"), line -> {})) {
      ObjectStoreAccess access = environment.endpoints().objectStore();
      String root = "s3://" + access.bucket();
      syncs(environment, raw, root);
      theReaderMayNothingElse(access);

      Map<String, String> reader = as(access.reader(), environment);
      Run checked =
          run(
              new BundleCheckCommand(reader),
              root + "/" + SLUG,
              "--json",
              "--dir",
              folder.resolve("check"));
      assertThat(checked.exit()).as(checked.err()).isZero();
      JsonNode found = Json.MAPPER.readTree(checked.out());
      assertThat(found.path("errors").asInt()).as(checked.out()).isZero();
      assertThat(found.path("warnings").asInt()).as(checked.out()).isZero();

      Run unlisted =
          run(
              new BundleCheckCommand(as(access.getter(), environment)),
              root + "/" + SLUG,
              "--dir",
              folder.resolve("check"));
      assertThat(unlisted.exit()).isEqualTo(1);
      assertThat(unlisted.err())
          .contains(root + "/" + SLUG, "403 AccessDenied", "s3:ListBucket")
          .contains("arn:aws:s3:::" + access.bucket());

      renders(reader);
    }
  }

  private void syncs(BulkDrillEnvironment environment, Path raw, String root) throws IOException {
    Map<String, String> owner = environment.environment();
    Object[] words = {
      raw, "--exercise", SLUG, "--language", "ro", "--out", folder, "--sync", root, "--json"
    };
    Run first = run(new BundlePrepareCommand(owner), words);
    assertThat(first.exit()).as(first.err()).isZero();
    JsonNode uploaded = Json.MAPPER.readTree(first.out()).path("sync").path("uploaded");
    assertThat(uploaded).hasSize(31);
    assertThat(uploaded.get(30).asText()).isEqualTo("manifest.json");

    Run second = run(new BundlePrepareCommand(owner), words);
    assertThat(Json.MAPPER.readTree(second.out()).path("sync").path("uploaded")).isEmpty();
    assertThat(Json.MAPPER.readTree(second.out()).path("sync").path("unchanged").asInt())
        .isEqualTo(31);

    ObjectStoreAccess access = environment.endpoints().objectStore();
    try (ObjectStore bucket = environment.bucket()) {
      // Of the same length: only its content differs.
      byte[] other = bucket.read(SLUG + "/rep-left-video-1.mp4");
      other[other.length - 1] ^= 1;
      bucket.put(SLUG + "/rep-left-video-1.mp4", other, "video/mp4");
      bucket.put(SLUG + "/intro-video-9.mp4", other, "video/mp4");
    }
    Run third = run(new BundlePrepareCommand(owner), words);
    JsonNode sync = Json.MAPPER.readTree(third.out()).path("sync");
    assertThat(sync.path("uploaded")).hasSize(1);
    assertThat(sync.path("uploaded").get(0).asText()).isEqualTo("rep-left-video-1.mp4");
    assertThat(sync.path("only_there").get(0).asText()).isEqualTo("intro-video-9.mp4");
    assertThat(third.err()).contains("WARN", "intro-video-9.mp4");
    try (ObjectStore bucket = environment.bucket()) {
      assertThat(bucket.exists(SLUG + "/intro-video-9.mp4")).isTrue();
      bucket.delete(SLUG + "/intro-video-9.mp4");
    }

    Object[] asReader = words.clone();
    Run refused = run(new BundlePrepareCommand(as(access.reader(), environment)), asReader);
    assertThat(refused.exit()).as("nothing to upload, so nothing is missing").isZero();
  }

  private static void theReaderMayNothingElse(ObjectStoreAccess access) throws IOException {
    try (ObjectStore bucket = open(access, access.reader(), access.bucket());
        ObjectStore other = open(access, access.reader(), access.archiveBucket());
        ObjectStore fresh = open(access, access.reader(), "a-bucket-of-its-own");
        ObjectStore owners =
            open(
                access,
                new Credentials(access.accessKeyId(), access.secretAccessKey()),
                access.archiveBucket());
        ObjectStore stranger =
            open(access, new Credentials("nobody", "nothing"), access.bucket())) {
      String manifest = SLUG + "/manifest.json";
      owners.put("kept", new byte[] {1}, "text/plain");
      assertThat(bucket.list(SLUG + "/")).hasSize(31);
      assertThat(bucket.read(manifest)).isNotEmpty();
      assertThat(bucket.head(manifest)).isPresent();
      refused(() -> bucket.put(manifest, new byte[0], "text/plain"), manifest, "s3:PutObject");
      refused(() -> bucket.put("new", new byte[0], "text/plain"), "new", "s3:PutObject");
      refused(() -> bucket.delete(manifest), manifest, "s3:DeleteObject");
      refused(() -> other.list(""), access.archiveBucket(), "s3:ListBucket");
      refused(() -> other.read("kept"), "kept", "s3:GetObject");
      refused(() -> other.put("mine", new byte[0], "text/plain"), "mine", "s3:PutObject");
      refused(fresh::createBucket, "a-bucket-of-its-own", "s3:CreateBucket");
      refused(() -> stranger.list(""), access.bucket(), "S3_ACCESS_KEY_ID");
      assertThat(bucket.read(manifest)).isNotEmpty();
    }
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(ObjectStoreException.Refused.class)
        .hasMessageContainingAll(words);
  }

  private void renders(Map<String, String> reader) throws IOException {
    try (Database database =
        Database.open(DatabaseSettings.fromEnvironment(reader, "kinebeam_render"))) {
      new Exercises(database).addRepsBased(SLUG, SLUG);
    }
    Path orders = folder.resolve("orders.ndjson");
    SampleExercises.writeOrders(
        List.of(
            new ComposeOrder(
                new Recipe(
                    SLUG,
                    "ro",
                    List.of(new SetSpec("left", 5), new SetSpec("right", 10)),
                    null,
                    false),
                1,
                false)),
        orders);
    Path report = folder.resolve("report.json");
    Run rendered =
        run(
            new RenderMain(reader),
            "--orders=" + orders,
            "--profile=216p",
            "--dir=" + folder.resolve("render"),
            "--report=" + report);
    assertThat(rendered.exit()).as(rendered.out() + rendered.err()).isZero();
    JsonNode result = Json.MAPPER.readTree(Files.readAllBytes(report));
    assertThat(result.path("rendered").asInt()).as(result.toString()).isEqualTo(1);
  }
}
