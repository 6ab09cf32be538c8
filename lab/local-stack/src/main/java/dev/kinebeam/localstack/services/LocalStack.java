package dev.kinebeam.localstack.services;

import dev.kinebeam.localstack.services.Endpoints.Database;
import dev.kinebeam.localstack.services.Endpoints.ObjectStoreAccess;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.localstack.tokens.DevelopmentTokens;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.LogTail;
import dev.kinebeam.programs.process.ProgramFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Kafka, PostgreSQL, S3 and the video host, each a real server in a process of its own on
 * 127.0.0.1, started together and ready to use: topics, bucket, tables and logins are there when
 * {@link #start} returns. A second start on the same data directory finds the same data; what a
 * killed run left running is found and stopped first.
 */
public final class LocalStack implements AutoCloseable {
  private static final int SERVICES = 4;

  private static final Duration START_ENDS_WITHIN = Duration.ofSeconds(60);

  private final StackSettings settings;
  private final DataDirLock lock;
  private final RunningServices running = new RunningServices();
  private final Thread atExit = new Thread(this::closeAtExit, "stack-at-exit");
  private final CountDownLatch started = new CountDownLatch(1);
  private Launcher launcher;
  private Endpoints endpoints;
  private Duration startedIn;
  private volatile List<ServiceReport> reports = List.of();
  private volatile boolean closing;

  private LocalStack(StackSettings settings, DataDirLock lock) {
    this.settings = settings;
    this.lock = lock;
  }

  /**
   * Starts everything at once and waits until all of it answers. The services are also stopped when
   * this JVM exits, be it while they start.
   *
   * @throws ProgramFailedException naming the service, its log and the log's last lines; whatever
   *     had started is stopped
   */
  public static LocalStack start(StackSettings settings) throws IOException {
    long begun = System.nanoTime();
    LocalStack stack = new LocalStack(settings, DataDirLock.take(settings.dataDir()));
    Runtime.getRuntime().addShutdownHook(stack.atExit);
    try {
      Orphans.stop(settings);
      stack.launcher = new Launcher(settings, stack.running, ServicePorts.choose(settings.ports()));
      stack.endpoints = startAll(stack.launcher);
      stack.reports = stack.running.reports();
      stack.startedIn = Duration.ofNanos(System.nanoTime() - begun);
      return stack;
    } catch (IOException | RuntimeException e) {
      stack.closeAfter(e);
      throw e;
    } finally {
      stack.started.countDown();
    }
  }

  /**
   * Stops whatever a killed run left running on this data directory, and deletes the directory.
   *
   * @throws ProgramFailedException when a stack runs on it
   */
  public static void clear(StackSettings settings) throws IOException {
    DataDirLock lock = DataDirLock.take(settings.dataDir());
    try {
      Orphans.stop(settings);
      Folders.delete(settings.dataDir());
    } finally {
      lock.close();
    }
  }

  private static Endpoints startAll(Launcher launcher) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(SERVICES);
    try {
      CompletableFuture<String> kafka = CheckedFutures.start(launcher::kafka, pool);
      CompletableFuture<Database> database = CheckedFutures.start(launcher::database, pool);
      CompletableFuture<ObjectStoreAccess> objects =
          CheckedFutures.start(launcher::objectStore, pool);
      CompletableFuture<VideoHostAccess> videos = CheckedFutures.start(launcher::videoHost, pool);
      CheckedFutures.forAll(kafka, database, objects, videos);
      return new Endpoints(
          kafka.join(),
          database.join(),
          objects.join(),
          videos.join(),
          Optional.empty(),
          Secrets.random(),
          Secrets.random(),
          Secrets.random(),
          DevelopmentTokens.signingKey());
    } finally {
      pool.shutdown();
    }
  }

  private void closeAfter(Exception failure) {
    try {
      close();
    } catch (IOException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  /**
   * Ends one service as a crash would: no farewell to its clients, no last write.
   *
   * @param service its name in {@link #services}
   */
  public void kill(String service) throws IOException {
    running.kill(service);
  }

  /** Starts a killed service anew, on its old port, data and logins; returns when it answers. */
  public void revive(String service) throws IOException {
    launcher.revive(service);
    reports = running.reports();
  }

  /** Where the services are and how to log in to them. */
  public Endpoints endpoints() {
    return endpoints;
  }

  /** What each service said of itself when it became ready. */
  public List<ServiceReport> services() {
    return reports;
  }

  /** The version that each running server reported, by service name. */
  public Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    reports.forEach(report -> versions.put(report.name(), report.version()));
    return versions;
  }

  /** From the call of {@link #start} to its return. */
  public Duration startedIn() {
    return startedIn;
  }

  /**
   * Returns when the stack was closed, by whichever thread.
   *
   * @throws ProgramFailedException when a service ended by itself: which one, and its log's last
   *     lines
   */
  public void awaitEnd() throws ProgramFailedException {
    CompletableFuture<?>[] ends =
        reports.stream()
            .map(report -> ProcessHandle.of(report.pid()))
            .flatMap(Optional::stream)
            .map(ProcessHandle::onExit)
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.anyOf(ends).join();
    if (closing) {
      return;
    }
    for (ServiceReport report : reports) {
      if (ProcessHandle.of(report.pid()).isEmpty()) {
        throw new ProgramFailedException(
            report.name() + " ended by itself; " + LogTail.of(settings.logFile(report.name())));
      }
    }
  }

  /** Stops every service cleanly and returns when all have ended; does nothing the second time. */
  @Override
  public void close() throws IOException {
    stopServices();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // The hook is running, or about to: it will find nothing left to stop.
    }
  }

  private void stopServices() throws IOException {
    closing = true;
    running.stop();
    lock.close();
  }

  private void closeAtExit() {
    try {
      stopServices();
      if (!started.await(START_ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("the local stack was still starting; its next start stops what is left");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("the local stack did not stop cleanly: " + e.getMessage());
    }
  }
}
