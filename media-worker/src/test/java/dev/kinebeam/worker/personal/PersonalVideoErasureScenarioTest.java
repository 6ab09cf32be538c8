package dev.kinebeam.worker.personal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.testkit.BucketServer;
import dev.kinebeam.worker.rights.ErasedRows;
import dev.kinebeam.worker.rights.PatientErasure;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With a maintenance login's rights alone. */
@Tag("servers")
class PersonalVideoErasureScenarioTest {
  @Test
  void rowsOriginalsAndHostedVideosOfThePatientAreDeletedAtOnce() throws Exception {
    SmallHost host = new SmallHost(true);
    try (SmallClinic clinic = new SmallClinic();
        BucketServer bucket = new BucketServer();
        ObjectStore store =
            ObjectStore.open(ObjectStoreSettings.fromEnvironment(bucket.environment()));
        Connection login = clinic.postgres.as("maintenance").getConnection()) {
      long copied = clinic.queued(clinic.ana, "etag");
      long copying = clinic.queued(clinic.ion, "etag");
      for (long id : new long[] {copied, copying}) {
        bucket.objects.put(SmallClinic.key(id), "a patient's video".getBytes(UTF_8));
      }
      host.videos.put("copied", new HostedStatus.Processing(0, Optional.empty()));
      host.videos.put("unrecorded", new HostedStatus.Processing(0, Optional.empty()));
      host.ids.put(SmallClinic.key(copying) + "#1", "unrecorded");
      clinic.postgres.run(
          "UPDATE personalized_exercise_videos SET host = 'small' WHERE id = " + copying);
      clinic.postgres.run(
          "UPDATE personalized_exercise_videos SET host = 'small', hosted_id = 'copied' WHERE id = "
              + copied);
      login.setAutoCommit(false);
      DatabaseSession session = DatabaseSession.over(login);
      PatientErasure erasure =
          new PatientErasure(
              new ErasedRows(session, "the test"),
              Optional.empty(),
              Optional.of(
                  new LeftoverRemoval(transactions(session), name -> host, new Originals(store))));
      ErasedRows.Patient patient = new ErasedRows.Patient(clinic.org, clinic.patient);
      assertThat(erasure.rehearse(patient).videos().found()).isEqualTo(2);

      PatientErasure.Report report = erasure.erase(patient);

      assertThat(report.rows()).containsEntry("personalized_exercise_videos", 2L);
      assertThat(report.videos().originals()).isEqualTo(2);
      assertThat(report.videos().hosted()).isEqualTo(2);
      assertThat(report.videos().left()).isEmpty();
      assertThat(bucket.objects).isEmpty();
      assertThat(host.videos).isEmpty();
      assertThat(clinic.count("personalized_exercise_videos")).isZero();
      assertThat(
              clinic.count(
                  "personal_video_leftovers AS l WHERE l::text LIKE '%" + clinic.patient + "%'"))
          .isZero();
      assertThat(erasure.erase(patient).nothing()).isTrue();
    }
  }

  private static LeftoverRemoval.Transactions transactions(DatabaseSession session) {
    return new LeftoverRemoval.Transactions() {
      @Override
      public <T> T run(Function<Handle, T> work) throws IOException {
        try {
          return session.commit(work::apply);
        } catch (SQLException e) {
          throw new IOException(e);
        }
      }
    };
  }
}
