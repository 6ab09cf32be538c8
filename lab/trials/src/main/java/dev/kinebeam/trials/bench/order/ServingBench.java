package dev.kinebeam.trials.bench.order;

import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.ProcessMeter;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.order.OrderClient.Ordered;
import dev.kinebeam.trials.bench.order.Presentation.Segment;
import dev.kinebeam.trials.servers.OwnHostProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Segments per CPU second of the video host, by turns with Jetty's handler of files over the same
 * bytes: one client, which asks for the next segment when it has the last.
 */
final class ServingBench {
  private static final int CONNECTIONS = 8;
  private static final int ROUNDS = 3;
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final Duration LISTENS_WITHIN = Duration.ofSeconds(30);

  private final Path folder;
  private final Console console;

  /**
   * A bench.
   *
   * @param folder takes a copy of every segment
   */
  ServingBench(Path folder, Console console) {
    this.folder = folder;
    this.console = console;
  }

  /** Measures both, after a round of each that is not counted. */
  void run(OwnHostProcess host, List<Ordered> renders, String quality, Findings findings)
      throws IOException, InterruptedException {
    List<String> paths = paths(host, renders, quality);
    Path files = Files.createDirectories(folder.resolve("files"));
    List<String> copies = copy(host, paths, files);
    long bytes = 0;
    for (String copy : copies) {
      bytes += Files.size(files.resolve(copy.substring(1)));
    }
    double seconds = renders.stream().mapToDouble(Ordered::seconds).sum();
    Daemon jetty = jetty(files);
    try {
      URI beside = URI.create("http://127.0.0.1:" + port());
      List<Double> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      for (int round = 0; round <= ROUNDS; round++) {
        double one = perCpuSecond(host.access().url(), paths, host.handle());
        double other = perCpuSecond(beside, copies, jetty.process());
        if (round > 0) {
          ours.add(one);
          theirs.add(other);
        }
      }
      double us = Samples.of(ours).median();
      double them = Samples.of(theirs).median();
      console.say(
          "%d segments of %s, %.2f Mb/s with sound: %,.0f per CPU second, Jetty's handler of files"
              + " %,.0f; ratio %.2f (goal %.1f)",
          paths.size(), quality, bytes * 8 / seconds / 1e6, us, them, us / them, Findings.OF_JETTY);
      findings.serving(us, them, bytes * 8 / seconds / 1e6);
    } finally {
      jetty.stop();
    }
  }

  private static List<String> paths(OwnHostProcess host, List<Ordered> renders, String quality)
      throws IOException {
    List<String> paths = new ArrayList<>();
    try (MediaConnection connection = new MediaConnection(host.access().url())) {
      for (Ordered render : renders) {
        Presentation.fetch(connection, render.playback(), quality).segments().stream()
            .map(Segment::path)
            .forEach(paths::add);
      }
    }
    return paths;
  }

  /** Returns where Jetty has them. */
  private static List<String> copy(OwnHostProcess host, List<String> paths, Path files)
      throws IOException {
    List<String> copies = new ArrayList<>();
    try (MediaConnection connection = new MediaConnection(host.access().url())) {
      for (String path : paths) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        try (OutputStream out = Files.newOutputStream(files.resolve(name))) {
          int status = connection.get(path, out).status();
          if (status != 200) {
            throw new IOException(path + " answered " + status);
          }
        }
        copies.add("/" + name);
      }
    }
    return copies;
  }

  private Daemon jetty(Path files) throws IOException {
    Path options = ProjectHome.folder().resolve("flink-conf");
    return Daemon.start(
        new JavaProgram(
            "file-server",
            System.getProperty("java.class.path"),
            FileServerMain.class.getName(),
            List.of(
                "@" + options.resolve("jvm.options"),
                "@" + options.resolve("video-host-jvm.options")),
            List.of(files.toString(), folder.resolve("port").toString()),
            Map.of()),
        folder);
  }

  private int port() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LISTENS_WITHIN.toNanos();
    Path port = folder.resolve("port");
    while (!Files.exists(port)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the server of files does not start");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return Integer.parseInt(Files.readString(port));
  }

  private static double perCpuSecond(URI server, List<String> paths, ProcessHandle process)
      throws IOException, InterruptedException {
    ProcessMeter meter = new ProcessMeter(process);
    double before = meter.cpuSeconds();
    long segments = load(server, paths);
    return segments / (meter.cpuSeconds() - before);
  }

  /** Returns how many segments came. */
  private static long load(URI server, List<String> paths)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    AtomicInteger next = new AtomicInteger();
    long end = System.nanoTime() + ROUND.toNanos();
    try {
      List<Future<Long>> all = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        all.add(threads.submit(() -> load(server, paths, next, end)));
      }
      long sum = 0;
      for (Future<Long> one : all) {
        sum += one.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IOException("a connection failed: " + e.getCause().getMessage(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static long load(URI server, List<String> paths, AtomicInteger next, long end)
      throws IOException {
    long count = 0;
    try (MediaConnection connection = new MediaConnection(server)) {
      while (System.nanoTime() < end) {
        String path = paths.get(Math.floorMod(next.getAndIncrement(), paths.size()));
        int status = connection.get(path, OutputStream.nullOutputStream()).status();
        if (status != 200) {
          throw new IOException(path + " answered " + status);
        }
        count++;
      }
    }
    return count;
  }
}
