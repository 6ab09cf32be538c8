package dev.kinebeam.trials.bench.order;

import dev.kinebeam.trials.bench.order.MediaConnection.Answer;
import dev.kinebeam.trials.bench.order.Presentation.Segment;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Players without a screen: each plays one render to its end in real time, fetching no more than
 * three segments of pictures ahead.
 */
final class PlayerLoad {
  private static final Duration AHEAD = Duration.ofSeconds(6);
  private static final Duration REFUSED_FOR = Duration.ofSeconds(1);

  private final URI server;
  private final String quality;

  PlayerLoad(URI server, String quality) {
    this.server = server;
    this.quality = quality;
  }

  /**
   * What players received.
   *
   * @param late segments that came after their play time
   * @param refused answers that said to come again later
   */
  record Played(long segments, long late, long refused) {
    private Played plus(Played other) {
      return new Played(segments + other.segments, late + other.late, refused + other.refused);
    }
  }

  /**
   * Plays all.
   *
   * @param videos are played by turns
   * @param over the time in which the players begin, evenly
   */
  Played play(List<URI> videos, int players, Duration over)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(players);
    long begin = System.nanoTime();
    try {
      List<Future<Played>> all = new ArrayList<>();
      for (int i = 0; i < players; i++) {
        URI video = videos.get(i % videos.size());
        long start = begin + over.toNanos() * i / players;
        all.add(threads.submit(() -> play(video, start)));
      }
      Played sum = new Played(0, 0, 0);
      for (Future<Played> one : all) {
        sum = sum.plus(one.get());
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IOException("a player failed: " + e.getCause().getMessage(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Played play(URI video, long start) throws IOException, InterruptedException {
    await(start);
    long late = 0;
    long refused = 0;
    try (MediaConnection connection = new MediaConnection(server)) {
      Presentation render = Presentation.fetch(connection, video, quality);
      for (String first : render.first()) {
        refused += fetch(connection, first);
      }
      List<Segment> segments = render.segments();
      // What is played at 0: the first segment of pictures and of sound.
      refused += fetch(connection, segments.get(0).path());
      refused += fetch(connection, segments.get(1).path());
      long playing = System.nanoTime();
      for (Segment segment : segments.subList(2, segments.size())) {
        long due = playing + Math.round(segment.atSeconds() * 1e9);
        await(due - AHEAD.toNanos());
        refused += fetch(connection, segment.path());
        late += System.nanoTime() > due ? 1 : 0;
      }
      return new Played(segments.size(), late, refused);
    }
  }

  /** Returns how often it was refused before it came. */
  private static long fetch(MediaConnection connection, String path)
      throws IOException, InterruptedException {
    for (long refused = 0; ; refused++) {
      Answer answer = connection.get(path, OutputStream.nullOutputStream());
      if (answer.status() == 200) {
        return refused;
      }
      if (!answer.refusedForNow()) {
        throw new IOException(path + " answered " + answer.status());
      }
      TimeUnit.NANOSECONDS.sleep(REFUSED_FOR.toNanos());
    }
  }

  private static void await(long nanoTime) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
  }
}
