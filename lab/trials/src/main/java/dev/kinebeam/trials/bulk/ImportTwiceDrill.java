package dev.kinebeam.trials.bulk;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.render.imports.ImportMain;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import picocli.CommandLine;

/**
 * An import of many rows, twice: local files, addresses and videos that the host has already. The
 * first time every row becomes one of the catalogue's, the second time nothing changes.
 */
final class ImportTwiceDrill {
  private static final int OK = 200;

  private final BulkDrillEnvironment environment;
  private final Consumer<String> progress;

  ImportTwiceDrill(BulkDrillEnvironment environment, Consumer<String> progress) {
    this.environment = environment;
    this.progress = progress;
  }

  /**
   * The accounting.
   *
   * @param firstChanges rows that the first import changed
   * @param secondChanges rows that the second one did
   * @param catalogue imported rows in the catalogue
   * @param previews of their exercises that have one
   * @param doubles videos that share a title, at the host
   * @param unnamed videos at the host that no row names
   * @param fetched over HTTP, in both imports
   */
  record Outcome(
      int rows,
      int firstChanges,
      int secondChanges,
      int failed,
      long catalogue,
      long previews,
      long doubles,
      long unnamed,
      int fetched,
      double seconds) {
    boolean isClean() {
      return firstChanges == rows
          && secondChanges == 0
          && failed == 0
          && catalogue == rows
          && previews == rows
          && doubles == 0
          && unnamed == 0;
    }
  }

  Outcome run(int rows) throws IOException, SQLException, InterruptedException {
    long begin = System.nanoTime();
    SampleExercises samples =
        SampleExercises.make(
            environment.folder().resolve("videos"), 1, 1, SampleExercise.tiny(), progress);
    List<Path> videos = samples.videos();
    ExecutorService threads = Executors.newCachedThreadPool();
    int[] fetched = {0};
    HttpServer old = oldLibrary(samples.root(), threads, fetched);
    try {
      String origin = "http://127.0.0.1:" + old.getAddress().getPort();
      Path table = table(rows, videos, samples.root(), origin);
      progress.accept("importing " + rows + " rows");
      Figures first = serve(table, origin);
      progress.accept("importing them again");
      Figures second = serve(table, origin);
      HostInventory host = HostInventory.of(environment.endpoints().videoHost());
      long named =
          environment.count(
              "SELECT count(DISTINCT host_video_id) FROM exercise_renders"
                  + " WHERE recipe_hash = '_imported' AND status = 'ready'");
      return new Outcome(
          rows,
          first.changes(),
          second.changes(),
          first.failed() + second.failed(),
          environment.count(
              "SELECT count(*) FROM exercise_renders"
                  + " WHERE recipe_hash = '_imported' AND status = 'ready'"),
          environment.count(
              "SELECT count(*) FROM exercises"
                  + " WHERE kind = 'duration_based' AND catalog_render_id IS NOT NULL"),
          host.doubles(),
          host.videos().size() - named,
          fetched[0],
          (System.nanoTime() - begin) / 1e9);
    } finally {
      old.stop(0);
      threads.shutdownNow();
    }
  }

  /** What an import reports, as its JSON names it. */
  record Figures(int changes, int failed) {}

  private Figures serve(Path table, String origin) throws IOException {
    Path report = environment.folder().resolve("import.json");
    Files.deleteIfExists(report);
    StringWriter output = new StringWriter();
    CommandLine command =
        new CommandLine(new ImportMain(environment.environment()))
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(output));
    int status =
        command.execute(
            table.toString(),
            "--allow-url-host=" + origin,
            "--dir=" + environment.folder().resolve("render"),
            "--report=" + report);
    if (!Files.exists(report)) {
      throw new IOException("the import ended with " + status + ": " + output);
    }
    progress.accept(output.toString().strip());
    return Json.MAPPER.readValue(report.toFile(), Figures.class);
  }

  private static HttpServer oldLibrary(Path root, ExecutorService threads, int[] fetched)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          synchronized (fetched) {
            fetched[0]++;
          }
          Path file = root.resolve(exchange.getRequestURI().getPath().substring(1));
          exchange.sendResponseHeaders(OK, Files.size(file));
          Files.copy(file, exchange.getResponseBody());
          exchange.close();
        });
    server.start();
    return server;
  }

  /** Of ten rows seven are files, two are addresses, and one is at the host already. */
  private Path table(int rows, List<Path> videos, Path root, String origin) throws IOException {
    BunnyStream host =
        BunnyStream.open(BunnyStreamSettings.fromEnvironment(environment.environment()));
    List<String> lines = new ArrayList<>();
    lines.add("exercise,language,file,url,video_id");
    for (int row = 0; row < rows; row++) {
      Path video = videos.get(row % videos.size());
      String exercise = "legacy-%03d".formatted(row + 1);
      String name = root.relativize(video).toString();
      lines.add(
          exercise
              + ",ro,"
              + switch (row % 10) {
                case 7, 8 -> "," + origin + "/" + name + ",";
                case 9 ->
                    ",,"
                        + host.publish(
                            new VideoHost.Content.OfFile(video),
                            "old-" + exercise,
                            "old-library",
                            VideoHost.Journal.NONE);
                default -> video + ",,";
              });
    }
    return Files.write(environment.folder().resolve("legacy.csv"), lines);
  }
}
