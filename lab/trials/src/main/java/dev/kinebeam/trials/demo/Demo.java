package dev.kinebeam.trials.demo;

import static java.time.ZoneOffset.UTC;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.AlertFeed;
import dev.kinebeam.trials.accounting.DeadLetterCount;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.accounting.IdleTransactions;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.MalformedRecords;
import dev.kinebeam.trials.patients.SentSession;
import dev.kinebeam.trials.patients.Traffic;
import dev.kinebeam.trials.patients.TrafficCounts;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.OwnHostProcess;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Everything at once on one machine: services, servers, both jobs, patients, the accounting. */
final class Demo implements AutoCloseable {
  private static final int CORE_API_PORT = 8090;
  private static final int VIDEO_HOST_PORT = 8095;
  private static final int SESSIONS_EACH = 2;
  private static final int DRAWING_STEP = 5;
  private static final Duration RENDER_TIMEOUT = Duration.ofMinutes(15);
  private static final Duration LONGEST_SESSION = Duration.ofMinutes(10);
  private static final Duration SETTLE_TIMEOUT = Duration.ofMinutes(2);

  private final DemoSettings settings;
  private final DemoConsole console;
  private final Clock clock = Clock.systemUTC();
  private final Deque<Closeable> open = new ArrayDeque<>();
  private final ExecutorService background = Executors.newCachedThreadPool();
  private final List<Clinics.Patient> patients;
  private final DemoBundle bundle;
  private UUID renderId;
  private LocalStack stack;
  private DemoDatabase database;
  private DemoArchive archive;
  private DemoVideoHost videoHost;
  private Future<DemoJobs> starting;
  private URI gateway;
  private URI coreApi;
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
    database.fill(everybody());
    new PastWeek()
        .write(DemoJobs.pipelineLogin(endpoints), LocalDate.ofInstant(clock.instant(), UTC));
    videoHost = DemoVideoHost.of(endpoints.videoHost(), database.owner(), settings.hostileHost());
    archive = DemoArchive.start(endpoints, settings.dataDir());
    open.push(archive::close);
    renderId =
        RenderKey.of(DemoBundle.RECIPE, database.assetVersion(bundle.replacesAnother())).renderId();
    Endpoints hosting = startServers(endpoints);
    console.addresses(addresses());
    // Events are durable without the jobs, so nothing waits for them.
    starting = background.submit(() -> startJobs(hosting));
  }

  /**
   * As in a deployment: processes, and the pages of one may call the others. Returns the services
   * with our own video host, which takes new videos.
   */
  private Endpoints startServers(Endpoints services) throws IOException {
    FreePorts ports = new FreePorts(PortChoice.USUAL_OR_FREE);
    int pagesPort = ports.usualOrFree(CORE_API_PORT);
    String pages = "http://127.0.0.1:" + pagesPort;
    OwnHostProcess ownHost =
        OwnHostProcess.start(
            services,
            settings.dataDir(),
            settings.dataDir().resolve("render"),
            ports.usualOrFree(VIDEO_HOST_PORT),
            pages);
    open.push(ownHost);
    console.step("video host ready at " + ownHost.access().url());
    Endpoints endpoints = services.with(ownHost.access());
    ServerProcess intake =
        ServerProcess.gateway(
            endpoints,
            settings.dataDir(),
            ports.usualOrFree(settings.port()),
            "--cors-origin=" + pages);
    open.push(intake);
    gateway = intake.address();
    console.step("gateway ready at " + gateway);
    ServerProcess api =
        ServerProcess.coreApi(endpoints, settings.dataDir(), pagesPort, "--gateway-url=" + gateway);
    open.push(api);
    coreApi = api.address();
    console.step("core-api ready at " + coreApi);
    ServerProcess worker = ServerProcess.worker(endpoints, settings.dataDir(), "--development");
    open.push(worker);
    console.step("worker ready, health at port " + worker.adminPort());
    return endpoints;
  }

  private List<Clinics.Patient> everybody() {
    List<Clinics.Patient> people = new ArrayList<>(patients);
    Clinics.ALL.forEach(clinic -> people.addAll(Clinics.regulars(clinic)));
    return people;
  }

  private DemoJobs startJobs(Endpoints endpoints) throws IOException {
    DemoJobs jobs = DemoJobs.start(endpoints, settings, console::step);
    console.step(
        "telemetry and render jobs run on Flink " + jobs.version() + ", page at " + jobs.page());
    return jobs;
  }

  /** Where a person can look, with tokens where they are needed. */
  private Map<String, URI> addresses() {
    Map<String, URI> addresses = new LinkedHashMap<>();
    for (Clinics.Clinic clinic : Clinics.ALL) {
      String token = Clinics.adminToken(stack.endpoints().authSecret(), clinic, clock);
      addresses.put(
          clinic.name(),
          URI.create(
              coreApi
                  + "/#clinic="
                  + clinic.name().replace(" ", "%20")
                  + "&render="
                  + renderId
                  + "&token="
                  + token));
    }
    return addresses;
  }

  /** One round of patients while the exercise is composed, and then the accounting. */
  DemoReport round() throws Exception {
    UUID runId = UUID.randomUUID();
    Instant begun = clock.instant();
    Future<DemoReport.Render> render = background.submit(this::render);
    try (IdleTransactions idle = IdleTransactions.watch(database.owner());
        DeadLetterCount deadLetters =
            DeadLetterCount.fromNow(stack.endpoints().kafkaBootstrapServers());
        Traffic traffic =
            new Traffic(gateway, stack.endpoints().authSecret(), settings.seed(), runId, clock)) {
      MalformedRecords.pour(stack.endpoints().kafkaBootstrapServers(), MalformedRecords.usual());
      traffic.counts().poison.add(MalformedRecords.usual().size());
      Future<Double> firstAccepted = background.submit(() -> firstAccepted(traffic.counts()));
      Future<DemoReport.Alerts> alerts = background.submit(() -> incidents(traffic, runId));
      console.step(patients.size() + " patients begin to play");
      traffic.play(patients, SESSIONS_EACH, video(), settings.time(), 0);
      DemoReport.Alerts raised = alerts.get();
      console.step(
          traffic.sessions().size()
              + " sessions played; waiting for the last rows and dead letters");
      traffic.counts().surprises.forEach(surprise -> console.step("UNEXPECTED: " + surprise));
      settle(traffic, deadLetters);
      // Where nothing was accepted, nothing will be.
      double first = traffic.counts().accepted.sum() == 0 ? -1 : firstAccepted.get();
      return account(traffic, deadLetters, idle, raised, begun, render, first);
    }
  }

  /** The faults in some clinics, and what the rules detect of them. */
  private DemoReport.Alerts incidents(Traffic traffic, UUID runId) throws Exception {
    if (!settings.incidents()) {
      return DemoReport.Alerts.NONE;
    }
    starting.get();
    awaitFirstRow(traffic); // changes before the job's first row are not counted
    try (AlertFeed feed = AlertFeed.fromNow(stack.endpoints().kafkaBootstrapServers())) {
      Incidents incidents = new Incidents(traffic, runId, settings.seed());
      return new IncidentRun(
              incidents,
              feed,
              new AutomationClient(
                  new ApiCaller(
                      coreApi,
                      Clinics.adminToken(
                          stack.endpoints().authSecret(), Incident.SLOW_CDN.clinic(), clock))),
              console)
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

  private Traffic.Video video() {
    return new Traffic.Video(
        DemoDatabase.mediaId(SampleExercise.SLUG), renderId, bundle.expectedSeconds());
  }

  private double firstAccepted(TrafficCounts counts) throws InterruptedException {
    while (counts.accepted.sum() == 0) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    console.step("first event accepted");
    return console.seconds();
  }

  /** Draws the exercise where it is not there yet, has it composed, and watches it to the end. */
  private DemoReport.Render render() throws Exception {
    bundle.make(
        (done, total) -> {
          if (done % DRAWING_STEP == 0 || done == total) {
            console.step("sample exercise: " + done + " of " + total + " files drawn");
          }
        });
    try (ObjectStore assets =
        ObjectStore.open(
            ObjectStoreSettings.fromEnvironment(
                stack.endpoints().toEnvironment(ProgramRole.RENDER)))) {
      int uploaded = bundle.upload(assets);
      if (uploaded > 0) {
        console.step("sample exercise in the bucket (" + uploaded + " files uploaded)");
      }
    }
    ComposeClient composer =
        new ComposeClient(new ApiCaller(gateway, stack.endpoints().composerToken()));
    console.step("compose request sent: left × 10, right × 10, in Romanian");
    ComposeClient.Answer answer = composer.compose(DemoBundle.RECIPE, RENDER_TIMEOUT);
    console.step(answer.fromCache() ? "render answered from the cache" : "render ready");
    DemoReport.Render watched = watch(answer);
    console.step(videoHost.begin());
    videoHost.fill(stack.endpoints(), settings, bundle.anyVideo());
    console.step("one import and one bulk of two renders are at the stand-in for Bunny Stream");
    return watched;
  }

  private DemoReport.Render watch(ComposeClient.Answer answer)
      throws IOException, InterruptedException {
    JsonNode render = answer.render();
    URI playback = URI.create(render.get("playback_hls_url").textValue());
    Path file = Files.createTempFile(settings.dataDir(), "watched", ".mp4");
    try {
      HlsViewer viewer = new HlsViewer();
      viewer.fetch(playback, file);
      long frames = MediaReader.packets(file).stream().filter(MediaReader.Packet::video).count();
      RenderCost cost =
          answer.fromCache()
              ? RenderCost.NOTHING
              : RenderCost.of(renderId, stack.endpoints().kafkaBootstrapServers());
      return new DemoReport.Render(
          render.get("render_id").textValue(),
          render.get("status").textValue(),
          answer.fromCache(),
          render.get("duration_seconds").doubleValue(),
          frames,
          bundle.expectedFrames(),
          cost.composeSeconds(),
          cost.normaliseSeconds(),
          playback.toString(),
          viewer.bytesFetched());
    } finally {
      Files.delete(file);
    }
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

  private DemoReport account(
      Traffic traffic,
      DeadLetterCount deadLetters,
      IdleTransactions idle,
      DemoReport.Alerts alerts,
      Instant begun,
      Future<DemoReport.Render> render,
      double firstAccepted)
      throws SQLException, IOException, ExecutionException, InterruptedException {
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
        archive.compare(begun.minus(Traffic.OFFLINE).minus(LONGEST_SESSION), clock.instant());
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
        idle.report(),
        alerts,
        backfill,
        watched,
        videoHost.report(),
        versions,
        new DemoReport.Timings(stackReady, firstAccepted, console.seconds()),
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
  void playOn() throws InterruptedException {
    console.step("patients continue to play; Ctrl-C stops everything");
    for (int round = 1; ; round++) {
      try (Traffic traffic =
          new Traffic(
              gateway, stack.endpoints().authSecret(), settings.seed(), UUID.randomUUID(), clock)) {
        traffic.play(patients, SESSIONS_EACH, video(), settings.time(), round);
        traffic.counts().surprises.forEach(surprise -> console.step("UNEXPECTED: " + surprise));
      }
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
