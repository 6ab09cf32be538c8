package dev.kinebeam.worker.personal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.testkit.BucketServer;
import dev.kinebeam.worker.rights.ErasedFiles;
import dev.kinebeam.worker.rights.ErasedRows;
import dev.kinebeam.worker.rights.PatientErasure;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void whatAHostRefusesKeepsNothingElseAndIsReportedUntilItIsDeleted(@TempDir Path folder)
      throws Exception {
    SmallHost host = new SmallHost(true);
    AtomicBoolean hasToken = new AtomicBoolean();
    try (SmallClinic clinic = new SmallClinic();
        BucketServer bucket = new BucketServer();
        ObjectStore store =
            ObjectStore.open(ObjectStoreSettings.fromEnvironment(bucket.environment()));
        ArchiveStore archive = ArchiveStore.folder(folder);
        Connection login = clinic.postgres.as("maintenance").getConnection()) {
      long hosted = clinic.queued(clinic.ana, "etag");
      long original = clinic.queued(clinic.ion, "etag");
      for (long id : new long[] {hosted, original}) {
        bucket.objects.put(SmallClinic.key(id), "a patient's video".getBytes(UTF_8));
      }
      host.videos.put("copied", new HostedStatus.Processing(0, Optional.empty()));
      clinic.postgres.run(
          "UPDATE personalized_exercise_videos SET host = 'small', hosted_id = 'copied' WHERE id = "
              + hosted);
      login.setAutoCommit(false);
      DatabaseSession session = DatabaseSession.over(login);
      LeftoverRemoval removal =
          new LeftoverRemoval(
              transactions(session),
              name -> {
                if (!hasToken.get()) {
                  throw new IllegalArgumentException("the token is not set");
                }
                return host;
              },
              new Originals(store));
      PatientErasure erasure =
          new PatientErasure(
              new ErasedRows(session, "the test"),
              Optional.of(new ErasedFiles(archive, line -> {})),
              Optional.of(removal));
      ErasedRows.Patient patient = new ErasedRows.Patient(clinic.org, clinic.patient);

      PatientErasure.Report first = erasure.erase(patient);

      assertThat(first.videos().originals()).isEqualTo(1);
      assertThat(first.videos().left())
          .containsExactly("video " + hosted + ": the token is not set");
      assertThat(first.files()).as("the archive is searched all the same").isPresent();
      assertThat(bucket.objects).containsOnlyKeys(SmallClinic.key(hosted));

      PatientErasure.Report again = erasure.erase(patient);
      assertThat(again.videos().left()).isEqualTo(first.videos().left());
      assertThat(again.nothing()).isFalse();
      PatientErasure.Report without =
          new PatientErasure(
                  new ErasedRows(session, "the test"), Optional.empty(), Optional.empty())
              .erase(patient);
      assertThat(without.videos().left()).hasSize(1);
      assertThat(without.nothing()).isFalse();

      hasToken.set(true);
      PatientErasure.Report last = erasure.erase(patient);
      assertThat(last.videos().left()).isEmpty();
      assertThat(last.videos().originals()).isEqualTo(1);
      assertThat(last.videos().hosted()).isEqualTo(1);
      assertThat(last.nothing()).isFalse();
      assertThat(bucket.objects).isEmpty();
      assertThat(host.videos).isEmpty();
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
