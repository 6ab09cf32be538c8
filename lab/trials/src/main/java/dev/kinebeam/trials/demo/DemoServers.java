package dev.kinebeam.trials.demo;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.trials.servers.OwnHostProcess;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.Deque;

/**
 * The programs of the demo that serve HTTP, as in a deployment: processes, and the pages of one may
 * call the others.
 *
 * @param endpoints the services with our own video host, which takes new videos
 */
record DemoServers(Endpoints endpoints, URI gateway, URI coreApi) {
  private static final int CORE_API_PORT = 8090;
  private static final int VIDEO_HOST_PORT = 8095;

  /** So that superseded videos can be seen to be removed; in production it is hours. */
  private static final int SUPERSEDED_AFTER_SECONDS = 60;

  /**
   * Starts them; their environment files are written, for commands beside the demo.
   *
   * @param open gets what has to be closed
   */
  static DemoServers start(
      Endpoints services, DemoSettings settings, DemoConsole console, Deque<Closeable> open)
      throws IOException {
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
    EnvFiles.write(endpoints::toEnvironment, settings.dataDir().resolve("env"));
    ServerProcess gateway =
        ServerProcess.gateway(
            endpoints,
            settings.dataDir(),
            ports.usualOrFree(settings.port()),
            "--cors-origin=" + pages);
    open.push(gateway);
    console.step("gateway ready at " + gateway.address());
    ServerProcess coreApi =
        ServerProcess.coreApi(
            endpoints, settings.dataDir(), pagesPort, "--gateway-url=" + gateway.address());
    open.push(coreApi);
    console.step("core-api ready at " + coreApi.address());
    ServerProcess worker =
        ServerProcess.worker(
            endpoints,
            settings.dataDir(),
            "--development",
            "--superseded-after=" + SUPERSEDED_AFTER_SECONDS);
    open.push(worker);
    console.step("worker ready, health at port " + worker.adminPort());
    return new DemoServers(endpoints, gateway.address(), coreApi.address());
  }

  @Override
  public String toString() {
    return "%s, gateway %s, Core API %s"
        .formatted(endpoints, Masked.address(gateway), Masked.address(coreApi));
  }
}
