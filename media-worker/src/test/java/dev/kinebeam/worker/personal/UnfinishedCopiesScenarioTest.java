package dev.kinebeam.worker.personal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.testkit.BucketServer;
import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With a host to which the file is sent before there is a video, as to our own. */
@Tag("servers")
class UnfinishedCopiesScenarioTest {
  private static SmallClinic clinic;
  private static BucketServer bucket;
  private static Database database;
  private static ObjectStore store;

  private final SmallHost host = new SmallHost(false);

  @BeforeAll
  static void start() throws IOException {
    clinic = new SmallClinic();
    bucket = new BucketServer();
    database = Database.over(clinic.postgres.as("worker"));
    store = ObjectStore.open(ObjectStoreSettings.fromEnvironment(bucket.environment()));
  }

  @AfterEach
  void empty() {
    clinic.postgres.empty("personalized_exercise_videos", "personal_video_leftovers");
  }

  @AfterAll
  static void stop() {
    store.close();
    bucket.close();
    clinic.close();
  }

  private long brokenOff() throws Exception {
    long id = clinic.queued(clinic.ana, "pending");
    bucket.objects.put(SmallClinic.key(id), ("video " + id).getBytes(UTF_8));
    clinic.postgres.run(
        "UPDATE personalized_exercise_videos SET etag = '%s' WHERE id = %d"
            .formatted(store.head(SmallClinic.key(id)).orElseThrow().etag(), id));
    host.breaksOff = true;
    step(id);
    assertThat(host.sent).hasSize(1);
    return id;
  }

  private void step(long id) {
    new VideoProcessing(
            new PersonalVideos(database),
            new ProcessingRows(database),
            name -> host,
            SmallHost.NAME,
            new Originals(store),
            ProcessingRules.USUAL,
            Clock.system(ZoneOffset.UTC))
        .step(id);
  }

  private int deleted() throws IOException {
    return new LeftoverRemoval(
            new LeftoverRemoval.Transactions() {
              @Override
              public <T> T run(Function<Handle, T> work) {
                return database.inTransaction(work::apply);
              }
            },
            name -> host,
            new Originals(store))
        .deleteDue()
        .hosted();
  }

  @Test
  void aFileThatWasSentInVainIsDeletedWhenTheVideoHasFailed() throws Exception {
    long id = brokenOff();
    step(id);
    step(id);
    assertThat(clinic.column("failure_code", id)).isEqualTo("host_unavailable");
    assertThat(deleted()).as("no video was there").isZero();
    assertThat(host.sent).isEmpty();
  }

  @Test
  void aFileThatWasSentInVainIsDeletedWhenThePatientIsErased() throws Exception {
    clinic.postgres.run("DELETE FROM personalized_exercise_videos WHERE id = " + brokenOff());
    assertThat(deleted()).isZero();
    assertThat(host.sent).isEmpty();
  }
}
