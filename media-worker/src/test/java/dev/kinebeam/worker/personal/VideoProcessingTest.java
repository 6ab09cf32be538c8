package dev.kinebeam.worker.personal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.testkit.BucketServer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Step by step, on a real PostgreSQL with the worker's rights, a bucket and a small host. */
@Tag("servers")
class VideoProcessingTest {
  private static SmallClinic clinic;
  private static BucketServer bucket;
  private static Database database;

  private SmallHost host = new SmallHost(true);
  private Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  @BeforeAll
  static void start() throws IOException {
    clinic = new SmallClinic();
    bucket = new BucketServer();
    database = Database.over(clinic.postgres.as("worker"));
  }

  @AfterAll
  static void stop() {
    bucket.close();
    clinic.close();
  }

  @BeforeEach
  void empty() {
    clinic.postgres.empty(
        "personalized_exercise_videos",
        "personal_video_leftovers",
        "personal_video_polls",
        "personal_video_tasks");
    clinic.postgres.run(
        "UPDATE care_links SET ended_at = NULL; UPDATE organization_features SET enabled = true;"
            + " UPDATE people SET active = true");
    bucket.objects.clear();
    bucket.refusesSignedHead = false;
  }

  private static Originals originals() {
    return new Originals(
        ObjectStore.open(ObjectStoreSettings.fromEnvironment(bucket.environment())));
  }

  private VideoProcessing processing() {
    return new VideoProcessing(
        new PersonalVideos(database),
        new ProcessingRows(database),
        name -> host,
        SmallHost.NAME,
        originals(),
        ProcessingRules.USUAL,
        Clock.fixed(now, ZoneOffset.UTC));
  }

  private LeftoverRemoval removal() {
    return new LeftoverRemoval(
        new LeftoverRemoval.Transactions() {
          @Override
          public <T> T run(Function<Handle, T> work) {
            return database.inTransaction(work::apply);
          }
        },
        name -> host,
        originals());
  }

  private long uploaded() throws Exception {
    long id = clinic.queued(clinic.ana, "pending");
    bucket.objects.put(SmallClinic.key(id), ("video " + id).getBytes(UTF_8));
    String etag = originalsEtag(id);
    clinic.postgres.run(
        "UPDATE personalized_exercise_videos SET etag = '" + etag + "' WHERE id = " + id);
    return id;
  }

  private static String originalsEtag(long id) throws IOException {
    try (ObjectStore store =
        ObjectStore.open(ObjectStoreSettings.fromEnvironment(bucket.environment()))) {
      return store.head(SmallClinic.key(id)).orElseThrow().etag();
    }
  }

  private VideoProcessing.Outcome step(long id) {
    return processing().step(id);
  }

  private void at(VideoProcessing.Outcome outcome) {
    now = outcome.next().orElseThrow();
  }

  private static String status(long id) {
    return clinic.column("status", id);
  }

  private static HostedStatus playable(long seconds) {
    return new HostedStatus.Playable(Duration.ofSeconds(seconds), 640, 480);
  }

  @Test
  void isCopiedOnceAskedForTenSecondsLaterAndThenEveryFive() throws Exception {
    long id = uploaded();
    VideoProcessing.Outcome copied = step(id);
    assertThat(Duration.between(now, copied.next().orElseThrow()))
        .isEqualTo(Duration.ofSeconds(10));
    at(copied);
    VideoProcessing.Outcome polled = step(id);
    assertThat(Duration.between(now, polled.next().orElseThrow())).isEqualTo(Duration.ofSeconds(5));
    at(polled);
    host.all(playable(120));
    VideoProcessing.Outcome ended = step(id);
    assertThat(ended.next()).isEmpty();
    assertThat(ended.ended().orElseThrow().succeeded()).isTrue();
    assertThat(status(id)).isEqualTo("COMPLETED");
    assertThat(clinic.column("duration_seconds", id)).isEqualTo("120");
    assertThat(host.published).hasSize(1);
    assertThat(clinic.count("personal_video_leftovers")).isZero();
    assertThat(step(id).next()).as("nothing is left to do").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatLastsTooLongFailsBeforeItIsReadyAndIsDeletedAtTheHost(boolean ready) throws Exception {
    long id = uploaded();
    at(step(id));
    host.all(
        ready
            ? playable(121)
            : new HostedStatus.Processing(10, Optional.of(Duration.ofSeconds(121))));
    assertThat(step(id).ended().orElseThrow().message()).startsWith("duration_exceeded: ");
    assertThat(status(id)).isEqualTo("FAILED");
    assertThat(clinic.column("failure_code", id)).isEqualTo("duration_exceeded");
    assertThat(host.videos).isNotEmpty();
    assertThat(removal().deleteDue().hosted()).isEqualTo(1);
    assertThat(host.videos).isEmpty();
    assertThat(bucket.objects).as("the original stays for its grace").hasSize(1);
    assertThat(clinic.count("personal_video_leftovers")).isZero();
  }

  @Test
  void aFileThatTheHostRefusesFailsAtOnce() throws Exception {
    long id = uploaded();
    at(step(id));
    host.all(new HostedStatus.Failed("ERR_NON_VIDEO", HostedStatus.Remedy.NONE));
    step(id);
    assertThat(clinic.column("failure_code", id)).isEqualTo("host_refused");
  }

  @Test
  void whatTheHostSaidIsForOperatorsAndNotInTheRow() throws Exception {
    long id = uploaded();
    at(step(id));
    host.all(new HostedStatus.Failed("ERR_NON_VIDEO at 10.0.0.7", HostedStatus.Remedy.NONE));
    assertThat(step(id).ended().orElseThrow().message())
        .isEqualTo("host_refused: ERR_NON_VIDEO at 10.0.0.7");
    assertThat(clinic.column("failure_text", id)).isEqualTo(FailureCode.HOST_REFUSED.sentence());
  }

  @Test
  void aHostThatIsDownIsTriedThreeTimes() throws Exception {
    long id = uploaded();
    host.down = true;
    VideoProcessing.Outcome first = step(id);
    assertThat(Duration.between(now, first.next().orElseThrow())).isEqualTo(Duration.ofSeconds(10));
    assertThat(first.ended().orElseThrow().succeeded()).isFalse();
    at(first);
    VideoProcessing.Outcome second = step(id);
    assertThat(Duration.between(now, second.next().orElseThrow()))
        .isEqualTo(Duration.ofSeconds(20));
    at(second);
    assertThat(step(id).next()).isEmpty();
    assertThat(clinic.column("failure_code", id)).isEqualTo("host_unavailable");
    assertThat(clinic.column("attempts", id)).isEqualTo("3");
    host.down = false;
    removal().deleteDue();
    assertThat(host.videos).isEmpty();
  }

  @Test
  void aCopyWhoseAnswerWasLostIsNotMadeTwice() throws Exception {
    long id = uploaded();
    host.losesAnswers = true;
    at(step(id));
    host.losesAnswers = false;
    at(step(id));
    assertThat(host.videos).hasSize(1);
    host.all(playable(9));
    step(id);
    assertThat(status(id)).isEqualTo("COMPLETED");
    assertThat(host.published.get(0)).isInstanceOf(VideoHost.Content.FromUrl.class);
    assertThat(host.published.get(1)).isInstanceOf(VideoHost.Content.OfFile.class);
  }

  @Test
  void whatAHostCannotAskForByHeadIsSentAsAFile() throws Exception {
    bucket.refusesSignedHead = true;
    long id = uploaded();
    step(id);
    assertThat(host.published.get(0)).isInstanceOf(VideoHost.Content.OfFile.class);
    assertThat(clinic.column("attempts", id)).isEqualTo("1");
  }

  @Test
  void aWorkerKilledBetweenCopyAndRecordLeavesOneCopy() throws Exception {
    long id = uploaded();
    host.afterPublish =
        () -> {
          throw new AssertionError("killed");
        };
    assertThatThrownBy(() -> step(id)).isInstanceOf(AssertionError.class);
    assertThat(clinic.column("hosted_id", id)).isEqualTo("null");
    host.afterPublish = () -> {};
    at(step(id));
    host.all(playable(9));
    step(id);
    assertThat(status(id)).isEqualTo("COMPLETED");
    assertThat(host.videos).hasSize(1);
  }

  @Test
  void theFirstCopyThatIsRecordedStays() throws Exception {
    long id = uploaded();
    ProcessingRows rows = new ProcessingRows(database);
    Queued video = rows.read(id).orElseThrow();
    assertThat(rows.copying(video, SmallHost.NAME)).isTrue();
    Optional<Instant> polled = rows.copied(video, "first", now.plusSeconds(10));
    assertThat(polled).isPresent();
    assertThat(rows.copied(video, "second", now.plusSeconds(20))).isEmpty();
    assertThat(rows.copied(video, "first", now.plusSeconds(20))).as("again").isEqualTo(polled);
    assertThat(clinic.column("hosted_id", id)).isEqualTo("first");
  }

  @Test
  void aSlowHostIsWaitedForByTheNextAttemptWithoutAnotherCopy() throws Exception {
    long id = uploaded();
    at(step(id));
    for (int attempt = 1; attempt <= 3; attempt++) {
      for (int poll = 1; poll < 30; poll++) {
        at(step(id));
      }
      VideoProcessing.Outcome last = step(id);
      assertThat(last.ended().orElseThrow().message()).contains("host_slow");
      if (attempt < 3) {
        at(last);
      }
    }
    assertThat(status(id)).isEqualTo("FAILED");
    assertThat(clinic.column("failure_code", id)).isEqualTo("host_slow");
    assertThat(host.published).hasSize(1);
    assertThat(host.asked).hasValue(90);
  }

  @Test
  void aWebhookBeforeThePollActivatesAtOnceAndMissesCountForNothing() throws Exception {
    long id = uploaded();
    VideoProcessing.Outcome copied = step(id);
    VideoProcessing.Outcome early = step(id);
    assertThat(early.next()).as("the poll stays where it was").isEqualTo(copied.next());
    assertThat(clinic.column("polls", id)).isEqualTo("0");
    host.all(playable(9));
    step(id);
    assertThat(status(id)).isEqualTo("COMPLETED");
  }

  @Test
  void aWebhookDuringAStepMakesTheNextOneDueNow() throws Exception {
    long id = uploaded();
    VideoProcessing.Outcome copied = step(id);
    at(copied);
    clinic.postgres.run(
        "UPDATE personal_video_tasks SET execution_time = now() + interval '1 minute'");
    VideoProcessing.Outcome polled = step(id);
    new PersonalVideos(database).wake(SmallHost.NAME, clinic.column("hosted_id", id));
    clinic.postgres.run(
        "UPDATE personal_video_tasks SET execution_time = now() + interval '1 minute'");
    new ProcessingRows(database).wakeIfMissed(id, polled.woken());
    assertThat(clinic.count("personal_video_tasks WHERE execution_time <= now()")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherObjectUnderTheKeyFails(boolean byAddress) throws Exception {
    host = new SmallHost(byAddress);
    long id = uploaded();
    bucket.objects.put(SmallClinic.key(id), "another".getBytes(UTF_8));
    step(id);
    assertThat(clinic.column("failure_code", id)).isEqualTo("original_changed");
    assertThat(host.published).isEmpty();
  }

  @Test
  void anObjectThatIsReplacedWhileTheHostFetchesFails() throws Exception {
    long id = uploaded();
    at(step(id));
    bucket.objects.put(SmallClinic.key(id), "another".getBytes(UTF_8));
    host.all(playable(9));
    step(id);
    assertThat(clinic.column("failure_code", id)).isEqualTo("original_changed");
    removal().deleteDue();
    assertThat(host.videos).isEmpty();
  }

  @Test
  void anOriginalThatIsGoneFails() throws Exception {
    for (boolean byAddress : new boolean[] {true, false}) {
      host = new SmallHost(byAddress);
      long id = uploaded();
      bucket.objects.clear();
      step(id);
      assertThat(clinic.column("failure_code", id)).isEqualTo("original_missing");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE care_links SET ended_at = now() | access_ended",
        "UPDATE organization_features SET enabled = false | feature_ended",
        "UPDATE people SET active = false WHERE role = 'specialist' | access_ended"
      })
  void whatEndsMeanwhileKeepsTheVideoFromThePatient(String end, String code) throws Exception {
    long id = uploaded();
    at(step(id));
    clinic.postgres.run(end);
    host.all(playable(9));
    step(id);
    assertThat(status(id)).isEqualTo("FAILED");
    assertThat(clinic.column("failure_code", id)).isEqualTo(code);
    removal().deleteDue();
    assertThat(host.videos).isEmpty();
  }

  @Test
  void ofTwoTherapistsForOnePairTheLaterActivationStays() throws Exception {
    long first = uploaded();
    long second = uploaded();
    VideoProcessing.Outcome copied = step(first);
    step(second);
    at(copied);
    now = now.plusSeconds(1);
    host.all(playable(9));
    step(first);
    step(second);
    assertThat(status(first)).isEqualTo("INACTIVE");
    assertThat(status(second)).isEqualTo("COMPLETED");
    assertThat(host.videos).as("a player may be in the middle of the first").hasSize(2);
    clinic.postgres.run(
        "ALTER TABLE personalized_exercise_videos DISABLE TRIGGER touch;"
            + "UPDATE personalized_exercise_videos SET updated_at = now() - interval '8 days';"
            + "ALTER TABLE personalized_exercise_videos ENABLE TRIGGER touch");
    assertThat(new ProcessingRows(database).removeOlder(Duration.ofDays(7))).isEqualTo(1);
    LeftoverRemoval.Removed removed = removal().deleteDue();
    assertThat(removed.originals()).isEqualTo(1);
    assertThat(removed.hosted()).isEqualTo(1);
    assertThat(bucket.objects).containsOnlyKeys(SmallClinic.key(second));
    assertThat(host.videos).containsOnlyKeys(clinic.column("hosted_id", second));
    assertThat(new ProcessingRows(database).removeOlder(Duration.ofDays(7))).isZero();
  }

  @Test
  void aFailedVideoIsCopiedAnewWhenItIsQueuedAgain() throws Exception {
    long id = uploaded();
    at(step(id));
    host.all(new HostedStatus.Failed("ERR_NON_VIDEO", HostedStatus.Remedy.NONE));
    step(id);
    clinic.queueAgain(id, originalsEtag(id));
    at(step(id));
    assertThat(removal().deleteDue().hosted()).as("the first copy alone").isEqualTo(1);
    host.all(playable(9));
    step(id);
    assertThat(status(id)).isEqualTo("COMPLETED");
    assertThat(host.videos).containsOnlyKeys(clinic.column("hosted_id", id));
  }

  @Test
  void whatIsErasedDuringItsCopyLeavesNothing() throws Exception {
    long id = uploaded();
    host.afterPublish =
        () -> clinic.postgres.run("DELETE FROM personalized_exercise_videos WHERE id = " + id);
    assertThat(step(id).next()).isEmpty();
    assertThat(host.videos).isEmpty();
    LeftoverRemoval.Removed removed = removal().deleteDue();
    assertThat(removed.originals()).isEqualTo(1);
    assertThat(bucket.objects).isEmpty();
    assertThat(clinic.count("personal_video_leftovers WHERE due_at > now() + interval '1 hour'"))
        .as("it is looked for once more when no upload can be under way any more")
        .isEqualTo(1);
  }

  @Test
  void aDeletionWhoseAnswerIsLostIsRepeated() throws Exception {
    long id = uploaded();
    at(step(id));
    host.all(playable(500));
    step(id);
    host.losesAnswers = true;
    assertThatThrownBy(() -> removal().deleteDue()).hasMessageContaining("the answer was lost");
    host.losesAnswers = false;
    clinic.postgres.run("UPDATE personal_video_leftovers SET due_at = now()");
    assertThat(removal().deleteDue().failures()).isEmpty();
    assertThat(clinic.count("personal_video_leftovers")).isZero();
    assertThat(host.videos).isEmpty();
  }

  @Test
  void noSecondHasMoreThanTwentyPolls() throws Exception {
    Instant wanted = Instant.ofEpochSecond(now.getEpochSecond() + 100);
    for (int i = 0; i < 45; i++) {
      int number = i;
      Instant given =
          database.inTransaction(
              handle ->
                  handle
                      .createQuery("SELECT take_personal_video_poll(:at, 20)")
                      .bind("at", wanted.atOffset(ZoneOffset.UTC))
                      .mapTo(OffsetDateTime.class)
                      .one()
                      .toInstant());
      assertThat(given.getEpochSecond()).isEqualTo(wanted.getEpochSecond() + number / 20);
    }
    long id = uploaded();
    assertThat(step(id).next()).as("an earlier second has room").contains(now.plusSeconds(10));
  }
}
