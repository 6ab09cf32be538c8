package dev.kinebeam.trials.demo;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.Endpoints.OwnHostAccess;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.trials.servers.OwnHostProcess;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * The programs of the demo that serve HTTP, as in a deployment: processes, and the pages of one may
 * call the others. The Core API starts first, since people look at its pages, and then the others
 * beside each other.
 */
final class DemoServers implements Closeable {
  private static final int CORE_API_PORT = 8090;
  private static final int VIDEO_HOST_PORT = 8095;

  /** So that superseded videos can be seen to be removed; in production it is hours. */
  private static final int SUPERSEDED_AFTER_SECONDS = 60;

  private final Endpoints services;
  private final DemoSettings settings;
  private final DemoConsole console;
  private final ExecutorService background;
  private final OwnHostAccess host;
  private final Endpoints endpoints;
  private final URI gateway;
  private final URI coreApi;
  private final Future<? extends Closeable> pages;
  private final List<Future<? extends Closeable>> all = new ArrayList<>();

  private DemoServers(
      Endpoints services, DemoSettings settings, DemoConsole console, ExecutorService background)
      throws IOException {
    this.services = services;
    this.settings = settings;
    this.console = console;
    this.background = background;
    FreePorts ports = new FreePorts(PortChoice.USUAL_OR_FREE);
    int pagesPort = ports.usualOrFree(CORE_API_PORT);
    coreApi = local(pagesPort);
    gateway = local(settings.port() == 0 ? ports.free() : ports.usualOrFree(settings.port()));
    host = OwnHostProcess.keysFor(ports.usualOrFree(VIDEO_HOST_PORT));
    endpoints = services.with(host);
    EnvFiles.write(endpoints::toEnvironment, settings.dataDir().resolve("env"));
    pages =
        start(
            () ->
                ServerProcess.coreApi(
                    endpoints,
                    settings.dataDir(),
                    pagesPort,
                    "--development",
                    "--gateway-url=" + gateway,
                    "--public-url=" + coreApi),
            server -> "core-api ready at " + server.address());
    all.add(pages);
  }

  /** Begins with the Core API; environment files are written, for commands beside the demo. */
  static DemoServers begin(
      Endpoints services, DemoSettings settings, DemoConsole console, ExecutorService background)
      throws IOException {
    return new DemoServers(services, settings, console, background);
  }

  /** Returns when the Core API answers; the others have begun to start. */
  void awaitCoreApi() throws ExecutionException, InterruptedException {
    pages.get();
    all.add(
        start(
            () ->
                ServerProcess.gateway(
                    endpoints,
                    settings.dataDir(),
                    gateway.getPort(),
                    "--cors-origin=" + coreApi,
                    "--core-api-issuer=" + coreApi),
            server -> "gateway ready at " + server.address()));
    all.add(
        start(
            () ->
                OwnHostProcess.start(
                    services,
                    settings.dataDir(),
                    settings.dataDir().resolve("render"),
                    host,
                    coreApi.toString()),
            server -> "video host ready at " + server.access().url()));
    all.add(
        start(
            () ->
                ServerProcess.worker(
                    endpoints,
                    settings.dataDir(),
                    "--development",
                    "--superseded-after=" + SUPERSEDED_AFTER_SECONDS),
            server -> "worker ready, health at port " + server.adminPort()));
  }

  private <T extends Closeable> Future<T> start(Callable<T> server, Function<T, String> ready) {
    return background.submit(
        () -> {
          T started = server.call();
          console.step(ready.apply(started));
          return started;
        });
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Returns when all of them are ready. */
  void awaitAll() throws ExecutionException, InterruptedException {
    for (Future<? extends Closeable> server : all) {
      server.get();
    }
  }

  /** The services with our own video host, which takes new videos. */
  Endpoints endpoints() {
    return endpoints;
  }

  URI gateway() {
    return gateway;
  }

  URI coreApi() {
    return coreApi;
  }

  /** Those that could not start have ended already; whoever waited for them has the failure. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    List<Closeable> running = new ArrayList<>();
    try {
      for (Future<? extends Closeable> server : all) {
        started(server).ifPresent(running::add);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = new IOException("interrupted while the servers were being stopped", e);
    }
    for (int i = running.size() - 1; i >= 0; i--) {
      try {
        running.get(i).close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static Optional<Closeable> started(Future<? extends Closeable> server)
      throws InterruptedException {
    try {
      return Optional.of(server.get());
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "%s, gateway %s, Core API %s"
        .formatted(endpoints, Masked.address(gateway), Masked.address(coreApi));
  }
}
