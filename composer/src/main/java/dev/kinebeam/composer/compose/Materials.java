package dev.kinebeam.composer.compose;

import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.PcmClip;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.composer.plan.RenderScript;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The opened mezzanines of one render, by their names in the bundle. */
public final class Materials implements AutoCloseable {
  private final Map<String, VideoMezzanine> videos = new ConcurrentHashMap<>();
  private final Map<String, PcmClip> voices = new ConcurrentHashMap<>();

  /** Opens everything that the script plays, making what is missing; all of it at once. */
  public static Materials gather(
      RenderScript script,
      Function<String, PrimitiveSource> sources,
      MezzanineCache cache,
      Progress progress)
      throws IOException {
    Materials materials = new Materials();
    Map<String, Callable<Void>> tasks = new LinkedHashMap<>();
    for (String name : script.videos()) {
      tasks.put(
          name,
          () -> {
            materials.videos.put(name, cache.video(sources.apply(name), frames -> {}));
            return null;
          });
    }
    for (String name : script.voiceOvers()) {
      tasks.put(
          name,
          () -> {
            materials.voices.put(name, cache.voice(sources.apply(name)));
            return null;
          });
    }
    try {
      runAll(tasks, progress);
      return materials;
    } catch (IOException | RuntimeException e) {
      materials.close();
      throw e;
    }
  }

  /** The threads only wait for child processes, whose number the cache's normaliser bounds. */
  private static void runAll(Map<String, Callable<Void>> tasks, Progress progress)
      throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      ExecutorCompletionService<Void> running = new ExecutorCompletionService<>(threads);
      tasks.values().forEach(running::submit);
      for (int done = 1; done <= tasks.size(); done++) {
        running.take().get();
        progress.at("normalise", done / (double) tasks.size());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("cancelled while normalising");
    } finally {
      threads.shutdownNow();
      awaitEnd(threads);
    }
  }

  /** Interrupted children are killed at once, so this takes moments; nothing may be left behind. */
  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = false;
    while (!threads.isTerminated()) {
      try {
        threads.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  public Map<String, Integer> framesOfVideos() {
    return videos.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().frames()));
  }

  public VideoMezzanine video(String name) {
    return videos.get(name);
  }

  public PcmClip voice(String name) {
    return voices.get(name);
  }

  @Override
  public void close() throws IOException {
    for (VideoMezzanine video : videos.values()) {
      video.close();
    }
  }
}
