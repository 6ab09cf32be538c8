package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.ProgramFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Work with checked exceptions on {@link CompletableFuture}s. */
final class CheckedFutures {
  private CheckedFutures() {}

  /** An action that may fail with an {@link IOException}. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  static <T> CompletableFuture<T> start(Callable<T> work, Executor executor) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        executor);
  }

  static CompletableFuture<Void> start(Action action) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            action.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Returns when all have ended, well or not, and throws the first failure if there is one. */
  static void forAll(CompletableFuture<?>... work) throws IOException {
    try {
      CompletableFuture.allOf(work).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      throw new ProgramFailedException("a service failed: " + e.getCause(), e.getCause());
    }
  }
}
