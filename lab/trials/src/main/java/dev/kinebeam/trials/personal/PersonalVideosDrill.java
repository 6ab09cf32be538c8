package dev.kinebeam.trials.personal;

import dev.kinebeam.catalog.personal.IllegalMove;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Uploads personal videos while everything fails, and accounts for all of them afterwards. */
public final class PersonalVideosDrill implements AutoCloseable {
  private static final Duration BETWEEN_UPLOADS = Duration.ofMillis(100);
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(15);
  private static final Duration BETWEEN_WEBHOOKS = Duration.ofMillis(250);
  private static final Duration ENDED_WITHIN = Duration.ofMinutes(15);
  private static final Duration DELETED_WITHIN = Duration.ofMinutes(5);
  private static final int LOST_ANSWERS = 20;
  private static final int FAILED_PERCENT = 30;

  private final PersonalStage stage;
  private final Consumer<String> progress;
  private final Map<Long, Recording> uploaded = new LinkedHashMap<>();
  private final List<String> surprises = new ArrayList<>();

  private PersonalVideosDrill(PersonalStage stage, Consumer<String> progress) {
    this.stage = stage;
    this.progress = progress;
  }

  /**
   * Starts everything that the drill needs.
   *
   * @param folder is emptied first
   */
  public static PersonalVideosDrill open(Path folder, Consumer<String> progress)
      throws IOException, SQLException {
    return new PersonalVideosDrill(PersonalStage.open(folder, progress), progress);
  }

  /**
   * Runs once.
   *
   * @param videos how many are uploaded
   * @param kills how often the worker is killed
   */
  public PersonalVideosOutcome run(int videos, int kills) throws Exception {
    long started = System.nanoTime();
    Map<Recording, byte[]> contents = Recording.contents(stage.folder());
    stage.hostFails(FAILED_PERCENT, LOST_ANSWERS);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<?> webhooks = threads.submit(this::webhooks);
      int half = videos / 2;
      upload(0, half, contents);
      for (int kill = 1; kill <= kills; kill++) {
        stage.worker().kill();
        progress.accept("the worker is killed, for the " + kill + ". time");
        stage.worker().start();
        if (kill == 1) {
          upload(half, videos, contents);
        }
        TimeUnit.NANOSECONDS.sleep(BETWEEN_KILLS.toNanos());
      }
      if (kills == 0) {
        upload(half, videos, contents);
      }
      boolean ended = Await.comes(ENDED_WITHIN, this::noneIsProcessed);
      progress.accept(ended ? "all have ended" : "NOT all have ended");
      webhooks.cancel(true);
    } finally {
      threads.shutdownNow();
      requireEnd(threads);
    }
    stage.hostFails(0, 0);
    stage.lookOnceMore();
    if (!Await.comes(DELETED_WITHIN, () -> stage.sql().count("personal_video_leftovers") == 0)) {
      surprises.add(stage.sql().count("personal_video_leftovers") + " leftovers were not deleted");
    }
    return outcome(kills, (System.nanoTime() - started) / 1e9);
  }

  private static void requireEnd(ExecutorService threads) throws InterruptedException {
    if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the sender of webhooks does not end");
    }
  }

  private boolean noneIsProcessed() throws SQLException {
    return stage.sql().count("personalized_exercise_videos WHERE status = 'PROCESSING_QUEUED'")
        == 0;
  }

  private void upload(int from, int to, Map<Recording, byte[]> contents) throws Exception {
    for (int number = from; number < to; number++) {
      Recording kind = Recording.of(number);
      long id = stage.upload(number, kind, contents.get(kind));
      uploaded.put(id, kind);
      try {
        stage.complete(id);
        surprises.add("the upload of the video " + id + " was completed twice");
      } catch (IllegalMove expected) {
        switch (kind) {
          case REPLACED -> stage.replaceOriginal(id, contents.get(Recording.NO_VIDEO));
          case CARE_ENDED -> stage.endCare(id);
          default -> {}
        }
      }
      TimeUnit.NANOSECONDS.sleep(BETWEEN_UPLOADS.toNanos());
    }
    progress.accept((to - from) + " uploads are completed, each of them twice");
  }

  /** Too early, twice, and for videos that are not there. */
  private Void webhooks() throws Exception {
    while (!Thread.currentThread().isInterrupted()) {
      stage.wakeSome();
      try {
        TimeUnit.NANOSECONDS.sleep(BETWEEN_WEBHOOKS.toNanos());
      } catch (InterruptedException ended) {
        return null;
      }
    }
    return null;
  }

  private PersonalVideosOutcome outcome(int kills, double seconds)
      throws IOException, SQLException {
    int completed = 0;
    int stuck = 0;
    Map<String, Integer> failed = new LinkedHashMap<>();
    for (PersonalStage.Row row : stage.rows()) {
      Recording kind = uploaded.get(row.id());
      switch (row.status()) {
        case COMPLETED, INACTIVE -> {
          completed++;
          if (!kind.mayComplete()) {
            surprises.add("the video " + row.id() + " is " + kind + " and was completed");
          }
        }
        case FAILED -> {
          String reason = row.failure().orElse("no reason");
          failed.merge(reason, 1, Integer::sum);
          if (!kind.mayFail(reason)) {
            surprises.add("the video " + row.id() + " is " + kind + " and failed: " + reason);
          }
        }
        default -> stuck++;
      }
    }
    PersonalStage.Files files = stage.files();
    files.orphanAssets().forEach(id -> progress.accept("ORPHAN at the host: " + id));
    files.orphanOriginals().forEach(key -> progress.accept("ORPHAN in the bucket: " + key));
    files.lostOriginals().forEach(key -> progress.accept("LOST: " + key));
    surprises.forEach(text -> progress.accept("UNEXPECTED: " + text));
    return new PersonalVideosOutcome(
        uploaded.size(),
        Math.toIntExact(uploaded.values().stream().filter(Recording::mayComplete).count()),
        completed,
        failed,
        stuck,
        stage.doublyActive(),
        files.orphanAssets().size(),
        files.orphanOriginals().size(),
        files.lostOriginals().size(),
        kills,
        seconds,
        List.copyOf(surprises));
  }

  @Override
  public void close() throws IOException {
    stage.close();
  }
}
