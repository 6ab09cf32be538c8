package dev.kinebeam.worker.personal;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WorkerJobs;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.personal.PersonalVideoTask;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.retry.RetryPolicy;
import dev.kinebeam.testkit.BucketServer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the library's real scheduler and the rights of the worker. */
@Tag("servers")
@Timeout(120)
class PersonalVideoTasksTest {
  private static final int MANY = 1_000;
  private static final int AT_ONCE = 4;

  /** A worker has 100 MB for everything. */
  private static final long MOST_HEAP = 20L << 20;

  private SmallClinic clinic;
  private BucketServer bucket;
  private ObjectStore store;
  private HikariDataSource pool;
  private Database database;
  private final SmallHost host = new SmallHost(true);

  @BeforeEach
  void open() throws Exception {
    clinic = new SmallClinic();
    bucket = new BucketServer();
    store = ObjectStore.open(ObjectStoreSettings.fromEnvironment(bucket.environment()));
    HikariConfig config = new HikariConfig();
    config.setDataSource(clinic.postgres.as("worker"));
    config.setMaximumPoolSize(8);
    pool = new HikariDataSource(config);
    database = Database.over(pool);
  }

  @AfterEach
  void close() {
    pool.close();
    store.close();
    bucket.close();
    clinic.close();
  }

  private PersonalVideoTasks started(Duration firstPoll) {
    ProcessingRules rules =
        new ProcessingRules(
            Duration.ofSeconds(120),
            3,
            RetryPolicy.doubling(Duration.ofSeconds(10), Duration.ofMinutes(1)).jitter(0),
            30,
            firstPoll,
            Duration.ofSeconds(5));
    return PersonalVideoTasks.start(
        database,
        "worker-1",
        new VideoProcessing(
            new PersonalVideos(database),
            new ProcessingRows(database),
            name -> host,
            SmallHost.NAME,
            new Originals(store),
            rules,
            Clock.systemUTC()),
        AT_ONCE,
        new Metrics(),
        Clock.systemUTC());
  }

  private long uploaded() throws Exception {
    byte[] content = "video".getBytes(StandardCharsets.UTF_8);
    bucket.objects.put("any", content);
    long id = clinic.queued(clinic.ana, store.head("any").orElseThrow().etag());
    bucket.objects.put(SmallClinic.key(id), content);
    return id;
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private void until(String from, int wanted) throws InterruptedException {
    while (clinic.count(from) != wanted) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void aWebhookActivatesWithinTwoSecondsAndTheRunIsRecorded() throws Exception {
    long id = uploaded();
    try (PersonalVideoTasks tasks = started(Duration.ofMinutes(5))) {
      until("personalized_exercise_videos WHERE hosted_id IS NOT NULL", 1);
      host.all(new HostedStatus.Playable(Duration.ofSeconds(9), 640, 480));
      long ready = System.nanoTime();
      assertThat(new PersonalVideos(database).wake(SmallHost.NAME, clinic.column("hosted_id", id)))
          .isTrue();
      until("personalized_exercise_videos WHERE active", 1);
      assertThat(Duration.ofNanos(System.nanoTime() - ready)).isLessThan(Duration.ofSeconds(2));
      until("personal_video_tasks", 0);
      assertThat(new WorkerJobs(database).runs(Optional.of(PersonalVideoTask.NAME), 10))
          .extracting(run -> run.instance() + " " + run.succeeded())
          .containsExactly("personalized-video-" + id + " true");
      assertThat(tasks).isNotNull();
    }
  }

  @Test
  void aThousandThatWaitHoldNoThread() throws Exception {
    uploaded();
    clinic.repeat(MANY);
    clinic
        .postgres
        .rows("SELECT storage_key FROM personalized_exercise_videos")
        .forEach(row -> bucket.objects.put(row.get("storage_key"), bucket.objects.get("any")));
    new PersonalVideos(database).scheduleLost();
    int before = Thread.activeCount();
    long heapBefore = usedHeap();
    try (PersonalVideoTasks tasks = started(Duration.ofMinutes(5))) {
      until("personalized_exercise_videos WHERE hosted_id IS NOT NULL", MANY);
      assertThat(Thread.activeCount() - before).isLessThan(AT_ONCE + 20);
      assertThat(usedHeap() - heapBefore).isLessThan(MOST_HEAP);
      assertThat(clinic.count("personal_video_tasks WHERE NOT picked AND execution_time > now()"))
          .isGreaterThan(MANY - AT_ONCE - 1);
      assertThat(host.videos).hasSize(MANY);
      assertThat(tasks).isNotNull();
    }
  }
}
