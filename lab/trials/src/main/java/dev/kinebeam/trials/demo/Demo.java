package dev.kinebeam.trials.demo;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.AlertFeed;
import dev.kinebeam.trials.accounting.DeadLetterCount;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.accounting.IdleTransactions;
import dev.kinebeam.trials.past.PastIncident;
import dev.kinebeam.trials.past.PastSessions;
import dev.kinebeam.trials.past.PastVideo;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.MalformedRecords;
import dev.kinebeam.trials.patients.SentSession;
import dev.kinebeam.trials.patients.Traffic;
import dev.kinebeam.trials.patients.TrafficCounts;
import dev.kinebeam.trials.servers.ApiCaller;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Everything at once on one machine: services, servers, both jobs, patients, the accounting. */
final class Demo implements AutoCloseable {
  private static final int SESSIONS_EACH = 2;
  private static final Duration LONGEST_SESSION = Duration.ofMinutes(10);
  private static final Duration SETTLE_TIMEOUT = Duration.ofMinutes(2);

  private final DemoSettings settings;
  private final DemoConsole console;
  private final Clock clock = Clock.systemUTC();
  private final Deque<Closeable> open = new ArrayDeque<>();
  private final ExecutorService background = Executors.newCachedThreadPool();
  private final List<Clinics.Patient> patients;
  private final DemoBundle bundle;
  private LocalStack stack;
  private DemoDatabase database;
  private DemoArchive archive;
  private DemoVideoHost videoHost;
  private DemoServers servers;
  private DemoExercises exercises;
  private SampleRender sample;
  private PastVideo prescribed;
  private PastSessions past;
  private DemoWorkouts workouts;
  private DemoPersonalVideo recorded;
  private Future<DemoJobs> starting;
  private double stackReady;

  private Demo(DemoSettings settings, DemoConsole console) {
    this.settings = settings;
    this.console = console;
    this.patients = Clinics.patients(settings.patients());
    this.bundle = new DemoBundle(settings.exercise(), settings.bundleDir());
  }

  /** Starts everything; what had started is stopped again when something cannot. */
  static Demo start(DemoSettings settings, DemoConsole console) throws Exception {
    Demo demo = new Demo(settings, console);
    try {
      demo.startAll();
      return demo;
    } catch (Exception e) {
      try {
        demo.close();
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private void startAll() throws Exception {
    console.step(
        "starting Kafka, PostgreSQL, S3 and a stand-in for Bunny Stream in " + settings.dataDir());
    stack = LocalStack.start(StackSettings.keeping(settings.dataDir()).withProgress(console::step));
    open.push(stack::close);
    Endpoints endpoints = stack.endpoints();
    stackReady = console.seconds();
    console.step("services ready: " + stack.versions());
    database = new DemoDatabase(endpoints.database());
    servers = DemoServers.begin(endpoints, settings, console, background);
    open.push(servers);
    database.people(everybody());
    videoHost = DemoVideoHost.of(endpoints.videoHost(), database.owner(), settings.hostileHost());
    servers.awaitCoreApi();
    enterExercises();
    writePast();
    console.address(servers.coreApi().resolve("/sign-in"));
    servers.awaitAll();
    archive = DemoArchive.start(endpoints, settings.dataDir());
    open.push(archive::close);
    // Events are durable without the jobs, so nothing waits for them.
    starting = background.submit(() -> startJobs(servers.endpoints()));
  }

  /** Over HTTP, as the platform does it. */
  private void enterExercises() throws Exception {
    exercises =
        DemoExercises.enter(
            new ApiCaller(servers.coreApi(), Clinics.platformToken(secret(), clock)));
    sample =
        new SampleRender(
            settings,
            console,
            bundle,
            exercises,
            servers.endpoints(),
            new ApiCaller(servers.gateway(), stack.endpoints().composerToken()));
  }

  private void writePast() throws SQLException {
    prescribed = bundle.video(exercises.sample().mediaId(), sample.renderId());
    List<PastVideo> played = exercises.played(prescribed);
    past = PastSessions.before(clock.instant(), played);
    DatabaseSettings pipeline = DemoJobs.pipelineLogin(stack.endpoints());
    int added = past.write(pipeline, database.owner());
    console.step(added + " sessions of the past three weeks written");
    if (settings.incidents()) {
      int opened =
          PastIncident.before(clock.instant(), exercises.failing(played))
              .write(pipeline, database.owner());
      console.step(opened + " automations of the past hours opened");
    }
    past.prescribe(database.owner(), prescribed);
  }

  private String secret() {
    return stack.endpoints().authSecret();
  }

  private List<Clinics.Patient> everybody() {
    List<Clinics.Patient> people = new ArrayList<>(patients);
    people.addAll(PastSessions.people());
    return people;
  }

  private DemoJobs startJobs(Endpoints endpoints) throws IOException {
    DemoJobs jobs = DemoJobs.start(endpoints, settings, console::step);
    console.step(
        "telemetry and render jobs run on Flink " + jobs.version() + ", page at " + jobs.page());
    return jobs;
  }

  /**
   * One round: the exercise is published, composed and prescribed, the patients play it, and then
   * the accounting.
   */
  DemoReport round() throws Exception {
    UUID runId = UUID.randomUUID();
    Instant begun = clock.instant();
    Future<?> prepared =
        background.submit(
            () -> {
              sample.prepare();
              return null;
            });
    Future<DemoReport.Render> render = background.submit(() -> render(prepared));
    try (IdleTransactions idle = IdleTransactions.watch(database.owner());
        DeadLetterCount deadLetters =
            DeadLetterCount.fromNow(stack.endpoints().kafkaBootstrapServers());
        Traffic traffic = new Traffic(servers.gateway(), secret(), settings.seed(), runId, clock)) {
      MalformedRecords.pour(stack.endpoints().kafkaBootstrapServers(), MalformedRecords.usual());
      traffic.counts().poison.add(MalformedRecords.usual().size());
      Future<Double> firstAccepted = background.submit(() -> firstAccepted(traffic.counts()));
      Future<DemoReport.Alerts> alerts = background.submit(() -> incidents(traffic, runId));
      Optional<FailingExercise> failing = keepFailing(traffic, 0);
      prepared.get();
      prescribe();
      console.step(patients.size() + " patients begin to play");
      traffic.play(patients, SESSIONS_EACH, workouts::video, settings.time(), 0);
      DemoReport.Alerts raised = alerts.get();
      end(failing);
      console.step(
          traffic.sessions().size()
              + " sessions played; waiting for the last rows and dead letters");
      traffic.counts().surprises.forEach(surprise -> console.step("UNEXPECTED: " + surprise));
      settle(traffic, deadLetters);
      // Where nothing was accepted, nothing will be.
      double first = traffic.counts().accepted.sum() == 0 ? -1 : firstAccepted.get();
      Played played = new Played(traffic, deadLetters, idle, raised, begun, first);
      return account(played, render);
    }
  }

  /** What a round has to account for. */
  private record Played(
      Traffic traffic,
      DeadLetterCount deadLetters,
      IdleTransactions idle,
      DemoReport.Alerts alerts,
      Instant begun,
      double firstAccepted) {}

  /** To each patient the dose of today, and waits until its video can be played. */
  private void prescribe() throws Exception {
    sample.awaitPublished();
    workouts = new DemoWorkouts(exercises.platform(), secret(), clock, database.owner());
    int added = workouts.prescribe(patients, DemoBundle.RECIPE);
    console.step(added + " workouts prescribed; waiting for their videos");
    recordForOne();
    workouts.awaitVisible(patients);
    recorded.watch(settings.dataDir());
    past.prescribe(database.owner(), prescribed);
  }

  /** For the first patient, before the workouts are opened: it is the first source there. */
  private void recordForOne() throws Exception {
    recorded =
        new DemoPersonalVideo(
            exercises.platform(), secret(), clock, patients.get(0), exercises.sample());
    recorded.record(settings.dataDir());
    console.step("one exercise recorded for " + patients.get(0).name() + ", and processed");
  }

  /** The faults in some clinics, and what the rules detect of them. */
  private DemoReport.Alerts incidents(Traffic traffic, UUID runId) throws Exception {
    if (!settings.incidents()) {
      return DemoReport.Alerts.NONE;
    }
    Incidents incidents = new Incidents(traffic, runId, settings.seed(), exercises::mediaId);
    incidents.begin();
    starting.get();
    awaitFirstRow(traffic); // changes before the job's first row are not counted
    try (AlertFeed feed = AlertFeed.fromNow(stack.endpoints().kafkaBootstrapServers())) {
      return new IncidentRun(
              incidents,
              feed,
              new AutomationClient(
                  new ApiCaller(
                      servers.coreApi(),
                      Clinics.adminToken(secret(), Incident.SLOW_CDN.clinic(), clock))),
              console,
              new Accounting(database.owner()),
              exercises.mediaId(DemoDatabase.FAILING_EXERCISE))
          .watch();
    }
  }

  private void awaitFirstRow(Traffic traffic) throws SQLException, InterruptedException {
    Accounting accounting = new Accounting(database.owner());
    long deadline = System.nanoTime() + SETTLE_TIMEOUT.toNanos();
    while (accounting.closed(traffic.sessions()) == 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private double firstAccepted(TrafficCounts counts) throws InterruptedException {
    while (counts.accepted.sum() == 0) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    console.step("first event accepted");
    return console.seconds();
  }

  /** Has the exercise composed, once it is in the bucket, and fills the other host. */
  private DemoReport.Render render(Future<?> prepared) throws Exception {
    prepared.get();
    DemoReport.Render watched = sample.compose();
    console.step(videoHost.begin());
    videoHost.fill(stack.endpoints(), settings, bundle.anyVideo());
    console.step("one import and one bulk of two renders are at the stand-in for Bunny Stream");
    return watched;
  }

  /**
   * Waits until every session is closed and every dead letter has come, or the timeout has passed.
   */
  private void settle(Traffic traffic, DeadLetterCount deadLetters)
      throws SQLException, IOException, ExecutionException, InterruptedException {
    starting.get(); // a job that cannot start fails at once instead of being waited for
    Accounting accounting = new Accounting(database.owner());
    List<SentSession> sessions = traffic.sessions();
    long expectedDeadLetters = traffic.counts().rejected.sum() + traffic.counts().poison.sum();
    long deadline = System.nanoTime() + SETTLE_TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      if (accounting.closed(sessions) == sessions.size()
          && deadLetters.count() >= expectedDeadLetters
          && accounting.sessions(sessions).mismatched() == 0
          && accounting.stalls(sessions).mismatched() == 0) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private DemoReport account(Played played, Future<DemoReport.Render> render) throws Exception {
    Traffic traffic = played.traffic();
    DeadLetterCount deadLetters = played.deadLetters();
    Accounting accounting = new Accounting(database.owner());
    Accounting.Verdict sessions = accounting.sessions(traffic.sessions());
    Accounting.Verdict stalls = accounting.stalls(traffic.sessions());
    Accounting.Events events = accounting.events(traffic.acceptedEvents());
    if (events.lost() + events.doubled() > 0) {
      traffic
          .counts()
          .surprises
          .add(events.lost() + " events lost, " + events.doubled() + " counted twice");
    }
    long deadLettersMissing = deadLetters.missing(traffic.rejectedEvents());
    if (deadLettersMissing > 0) {
      traffic
          .counts()
          .surprises
          .add(deadLettersMissing + " rejected events have no dead letter with their bytes");
    }
    long stored = accounting.rowsOf(traffic.refused());
    if (stored > 0) {
      traffic.counts().surprises.add(stored + " rows of patients who do not consent");
    }
    // Players here were offline for a while: their sessions began before the run did.
    DemoReport.Backfill backfill =
        archive.compare(
            played.begun().minus(Traffic.OFFLINE).minus(LONGEST_SESSION), clock.instant());
    console.differences("session", sessions.differences());
    console.differences("stall", stalls.differences());
    if (!render.isDone()) {
      console.step("rows compared; the render is still being made");
    }
    DemoReport.Render watched = render.get();
    TrafficCounts counts = traffic.counts();
    Map<String, String> versions = new TreeMap<>(stack.versions());
    versions.put("flink", starting.get().version());
    return new DemoReport(
        new DemoReport.Events(
            counts.sent.sum(),
            counts.accepted.sum(),
            counts.rejected.sum(),
            counts.duplicatesAnswered.sum(),
            counts.duplicatesSent.sum(),
            deadLetters.count(),
            counts.poison.sum(),
            counts.withoutConsent.sum(),
            counts.retries.sum()),
        new DemoReport.Rows(sessions.sent(), sessions.rows(), sessions.mismatched()),
        new DemoReport.Rows(stalls.sent(), stalls.rows(), stalls.mismatched()),
        accounting.weeklyCounts(),
        played.idle().report(),
        played.alerts(),
        backfill,
        watched,
        workouts.report(
            exercises.isFoundBy(Clinics.patientToken(secret(), patients.get(0), clock)),
            traffic.sessions(),
            recorded.mediaId()),
        recorded.report(traffic.sessions()),
        videoHost.report(),
        versions,
        new DemoReport.Timings(stackReady, played.firstAccepted(), console.seconds()),
        List.copyOf(counts.surprises));
  }

  private IOException closeJobs() {
    if (starting == null) {
      return null;
    }
    try {
      starting.get().close();
      return null;
    } catch (IOException e) {
      return e;
    } catch (ExecutionException e) {
      // They never ran; whoever waited for them has the failure.
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new IOException("interrupted while the jobs were being stopped", e);
    }
  }

  /** Patients keep playing, round after round, until the process is asked to stop. */
  void playOn() throws InterruptedException, ExecutionException {
    console.step("patients continue to play; Ctrl-C stops everything");
    for (int round = 1; ; round++) {
      try (Traffic traffic =
          new Traffic(servers.gateway(), secret(), settings.seed(), UUID.randomUUID(), clock)) {
        Optional<FailingExercise> failing = keepFailing(traffic, round);
        traffic.play(patients, SESSIONS_EACH, workouts::video, settings.time(), round);
        end(failing);
        traffic.counts().surprises.forEach(surprise -> console.step("UNEXPECTED: " + surprise));
      }
    }
  }

  private Optional<FailingExercise> keepFailing(Traffic traffic, int round) {
    if (!settings.incidents()) {
      return Optional.empty();
    }
    Incidents incidents =
        new Incidents(traffic, UUID.randomUUID(), settings.seed() + round, exercises::mediaId);
    // The second round begins after the accounting, in which nothing was played.
    int first = round < 2 ? FailingExercise.ENOUGH : 1;
    return Optional.of(FailingExercise.begin(incidents, first, background));
  }

  private static void end(Optional<FailingExercise> failing)
      throws InterruptedException, ExecutionException {
    if (failing.isPresent()) {
      failing.get().end();
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = closeJobs();
    background.shutdownNow();
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
