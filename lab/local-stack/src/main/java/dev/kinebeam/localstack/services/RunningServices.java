package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.ProgramFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The services that run at this moment; they are stopped together. Safe for use by many threads.
 */
final class RunningServices {
  private final List<Service> services = new ArrayList<>();
  private boolean stopping;

  /**
   * Remembers a service that has just started.
   *
   * @throws ProgramFailedException when all were asked to stop meanwhile; the service is stopped
   *     too
   */
  <S extends Service> S add(S service) throws IOException {
    synchronized (this) {
      if (!stopping) {
        services.add(service);
        return service;
      }
    }
    service.stop();
    throw new ProgramFailedException(service.report().name() + " started while the stack stopped");
  }

  /** Kills one, which is then forgotten. */
  void kill(String name) throws IOException {
    Service victim = take(name);
    victim.kill();
  }

  private synchronized Service take(String name) {
    for (Service service : services) {
      if (service.report().name().equals(name)) {
        services.remove(service);
        return service;
      }
    }
    throw new IllegalStateException(name + " does not run");
  }

  synchronized List<ServiceReport> reports() {
    return services.stream().map(Service::report).toList();
  }

  private synchronized List<Service> takeAll() {
    stopping = true;
    List<Service> taken = List.copyOf(services);
    services.clear();
    return taken;
  }

  /** Stops all at the same time and returns when all have ended, or throws the first failure. */
  void stop() throws IOException {
    CompletableFuture<?>[] stops =
        takeAll().stream()
            .map(service -> CheckedFutures.start(service::stop))
            .toArray(CompletableFuture<?>[]::new);
    CheckedFutures.forAll(stops);
  }
}
