package dev.kinebeam.worker;

import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.credentials.ProviderSecret;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.OvertakenWorkouts;
import dev.kinebeam.catalog.db.RenderChanges;
import dev.kinebeam.catalog.db.RenderSweep;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.catalog.removal.Removals;
import dev.kinebeam.catalog.removal.UnnamedMezzanines;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.worker.jobs.Job;
import dev.kinebeam.worker.jobs.Jobs;
import dev.kinebeam.worker.personal.PersonalVideoWorker;
import dev.kinebeam.worker.relay.AutomationFeed;
import dev.kinebeam.worker.relay.FeedState;
import dev.kinebeam.worker.relay.RenderRelay;
import dev.kinebeam.worker.upkeep.CountedDays;
import dev.kinebeam.worker.upkeep.NightlyUpkeep;
import dev.kinebeam.worker.webhooks.WebhookSender;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running media worker: the relays of both outboxes, the webhooks, the processing of personal
 * videos, and the recurring jobs. Several may run; each thing is done by one of them at a time.
 * Closing it lets what is under way end.
 */
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final int USUAL_ADMIN_PORT = 9406;
  private static final int CONNECTIONS = 16;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration KEEP_CHANGES = Duration.ofDays(7);
  private static final Duration KEEP_DELIVERIES = Duration.ofDays(30);
  private static final Duration REMOVALS_EVERY = Duration.ofMinutes(5);

  private final ResourceStack open = new ResourceStack();
  private final Metrics metrics = Metrics.PROCESS;
  private final Dependencies dependencies = Dependencies.PROCESS;
  private final FeedState feedState = new FeedState();
  private final Clock clock = Clock.systemUTC();
  private final AdminServer admin;

  private Worker(WorkerConfig given) throws StartException {
    try {
      Database database = open.add(Database.open(given.database(), CONNECTIONS, LONGEST_WAIT));
      requireAnswer(database);
      WorkerConfig config = withCredentials(given, database);
      open.add(config.database().watch(dependencies, "orders and jobs", feedState::read));
      open.add(config.kafka().watch(dependencies, "orders of renders and automations", true));
      admin = open.add(config.admin().start("worker", USUAL_ADMIN_PORT));
      relays(config, database);
      String name = name();
      List<Job> jobs = jobs(config, database);
      config
          .personalVideos()
          .map(settings -> PersonalVideoWorker.start(database, name, settings, metrics, clock))
          .map(open::add)
          .ifPresent(personal -> jobs.addAll(personal.jobs()));
      open.add(Jobs.start(database, name, jobs, metrics, clock));
      LOG.info("this worker is called {}", name);
    } catch (IOException e) {
      close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (StartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a worker. The database must answer, since everything that the worker does is there;
   * Kafka need not be up.
   *
   * @throws StartException when it cannot start
   */
  public static Worker start(WorkerConfig config) throws StartException {
    return new Worker(config);
  }

  private static void requireAnswer(Database database) throws StartException {
    if (!database.answers()) {
      throw new StartException(
          "the database does not answer, or refuses the login; check DATABASE_URL, DATABASE_USER (a"
              + " member of %s) and DATABASE_PASSWORD".formatted(MediaWorkerOptions.GROUP),
          null);
    }
  }

  /** Secrets that were entered in the database are used in place of the environment's. */
  private static WorkerConfig withCredentials(WorkerConfig config, Database database)
      throws StartException {
    ProviderCredentials credentials = new ProviderCredentials(database, config.credentials());
    credentials.requireReadable(config.webhooks().development());
    return config.withCloudflareToken(
        () -> credentials.secret(ProviderSecret.CLOUDFLARE_API_TOKEN));
  }

  private static String name() {
    // Containers on several machines have the same process ids.
    return "worker-%d-%08x"
        .formatted(ProcessHandle.current().pid(), ThreadLocalRandom.current().nextInt());
  }

  private void relays(WorkerConfig config, Database database) {
    AutomationFeed feed = open.add(AutomationFeed.start(database, config.kafka()));
    open.add(feedState.export(metrics, feed));
    RenderRelay orders =
        open.add(RenderRelay.start(database, config.database(), config.kafka(), config.orders()));
    open.add(orders.export(metrics));
  }

  private List<Job> jobs(WorkerConfig config, Database database) {
    WebhookSender webhooks = open.add(WebhookSender.open(database, config.webhooks(), clock));
    RenderChanges changes = new RenderChanges(database);
    LocalTime nightly = config.maintainAt();
    List<Job> jobs = new ArrayList<>();
    config
        .videoHosts()
        .map(VideoHosts::open)
        .ifPresent(
            hosts -> hosts.all().forEach(host -> jobs.add(removals(config, database, host))));
    jobs.add(Job.every("webhooks", Duration.ofSeconds(1), webhooks::sendDue));
    jobs.add(Job.every("render-sweep", Duration.ofMinutes(1), () -> sweep(database)));
    OvertakenWorkouts overtaken = new OvertakenWorkouts(database);
    jobs.add(
        Job.every(
            "overtaken-workouts",
            Duration.ofMinutes(1),
            () -> some(overtaken.order(), "renders of newer asset versions ordered for workouts")));
    jobs.add(
        Job.daily(
            "changes-trim",
            nightly,
            () ->
                some(
                    changes.dropBefore(clock.instant().minus(KEEP_CHANGES))
                        + webhooks.trim(KEEP_DELIVERIES),
                    "changes of renders and deliveries removed")));
    CountedDays days = new CountedDays(database, clock);
    jobs.add(
        Job.every(
            "count-days",
            Duration.ofMinutes(5),
            () -> some(days.count(), "days of clinics counted")));
    jobs.add(
        Job.daily(
            "recount-days", nightly, () -> some(days.recount(), "days of clinics corrected")));
    NightlyUpkeep upkeep = new NightlyUpkeep(config.database(), config.buckets().archive(), clock);
    jobs.add(Job.daily("maintain", nightly, () -> Optional.of(upkeep.run())));
    config.buckets().mezzanines().ifPresent(bucket -> jobs.add(mezzanines(bucket, nightly)));
    return jobs;
  }

  /** The host need not be up: a run that does not reach it fails, and the next one is soon. */
  private Job removals(WorkerConfig config, Database database, VideoHost host) {
    Duration grace = config.supersededAfter();
    Duration every = grace.compareTo(REMOVALS_EVERY) < 0 ? grace : REMOVALS_EVERY;
    Removals removals = open.add(new Removals(database, host, every, Optional.of(grace)));
    return Job.every(
        "video-removals-" + host.name(),
        every,
        () -> {
          removals.removeLeftovers();
          return some(removals.deleteDue(), "videos deleted at " + host.name());
        });
  }

  private Job mezzanines(ObjectStoreSettings settings, LocalTime nightly) {
    UnnamedMezzanines unnamed =
        new UnnamedMezzanines(open.add(ObjectStore.open(settings)), UnnamedMezzanines.GRACE);
    return Job.daily(
        "mezzanine-removals",
        nightly,
        () ->
            Optional.of(unnamed.sweep(clock.instant()))
                .filter(swept -> !swept.isNothing())
                .map(Object::toString));
  }

  private static Optional<String> sweep(Database database) {
    RenderSweep.Swept swept = RenderSweep.USUAL.run(database);
    return swept.sentAgain() + swept.failed() == 0
        ? Optional.empty()
        : Optional.of(
            "%d orders entered again, %d renders failed"
                .formatted(swept.sentAgain(), swept.failed()));
  }

  private static Optional<String> some(int number, String what) {
    return number == 0 ? Optional.empty() : Optional.of(number + " " + what);
  }

  /** The port of health and metrics. */
  public int adminPort() {
    return admin.port();
  }

  @Override
  public void close() {
    open.close();
  }
}
