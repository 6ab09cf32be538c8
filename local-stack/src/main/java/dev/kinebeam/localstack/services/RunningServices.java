package dev.kinebeam.localstack.services;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The services that run at this moment; they are stopped together. Safe for use by many threads.
 */
final class RunningServices {
  private final List<Service> services = new ArrayList<>();

  synchronized <S extends Service> S add(S service) {
    services.add(service);
    return service;
  }

  synchronized List<ServiceReport> reports() {
    return services.stream().map(Service::report).toList();
  }

  private synchronized List<Service> takeAll() {
    List<Service> taken = List.copyOf(services);
    services.clear();
    return taken;
  }

  /** Stops all at the same time and returns when all have ended, or tells the first failure. */
  void stop() throws IOException {
    CompletableFuture<?>[] stops =
        takeAll().stream()
            .map(service -> Waiting.start(service::stop))
            .toArray(CompletableFuture<?>[]::new);
    Waiting.forAll(stops);
  }
}
