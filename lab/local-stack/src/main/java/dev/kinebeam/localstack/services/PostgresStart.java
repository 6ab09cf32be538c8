package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.ProgramFailedException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts PostgreSQL and notices when it ends instead. The library that starts it only tries to
 * connect until its time is over, also when the server has written that it cannot bind its port.
 */
final class PostgresStart {
  /** What the server writes before it ends without having been asked to. */
  private static final List<String> ENDED =
      List.of(
          "could not create any TCP/IP sockets", "could not bind", "database system is shut down");

  private static final long POLL_INTERVAL_MS = 100;

  private PostgresStart() {}

  /**
   * Returns when the server answers.
   *
   * @param log of this start alone
   * @throws ProgramFailedException as soon as the server has ended
   */
  static EmbeddedPostgres watched(EmbeddedPostgres.Builder builder, Path log) throws IOException {
    CompletableFuture<EmbeddedPostgres> starting = new CompletableFuture<>();
    Thread starter = new Thread(() -> start(builder, starting), "postgres-start");
    starter.setDaemon(true);
    starter.start();
    while (true) {
      try {
        return starting.get(POLL_INTERVAL_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        if (hasEnded(log)) {
          release(starter, starting);
          throw new ProgramFailedException("the server ended while it was starting");
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        starter.interrupt();
        throw new ProgramFailedException("interrupted while PostgreSQL was starting", e);
      }
    }
  }

  private static void start(
      EmbeddedPostgres.Builder builder, CompletableFuture<EmbeddedPostgres> starting) {
    try {
      starting.complete(builder.start());
    } catch (IOException | RuntimeException e) {
      starting.completeExceptionally(e);
    }
  }

  /** The library holds a lock on the data directory, which the next start needs. */
  private static void release(Thread starter, CompletableFuture<EmbeddedPostgres> starting)
      throws IOException {
    starter.interrupt();
    try {
      starting.get().close();
    } catch (ExecutionException failed) {
      // It holds nothing then.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean hasEnded(Path log) {
    if (!Files.exists(log)) {
      return false;
    }
    try {
      String lines = Files.readString(log, StandardCharsets.ISO_8859_1);
      return ENDED.stream().anyMatch(lines::contains);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
