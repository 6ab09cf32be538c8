package dev.kinebeam.render.job;

import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderResult;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Batches over the sample bundle, a real database and a host in memory. */
@Tag("servers")
abstract class BatchFixture {
  static final String GOOD = "lumbar-detensioning";

  @TempDir Path directory;
  TestTools tools;

  @BeforeEach
  void start() throws IOException {
    tools = TestTools.start(directory);
    tools.exercises.ensureRepsBased(GOOD, "Lumbar detensioning", "media-1");
    SampleBundle.copyTo(tools.bundles().resolve(GOOD));
  }

  @AfterEach
  void stop() {
    tools.close();
  }

  boolean deleted(String hostVideoId) throws IOException {
    tools.host.delete(hostVideoId);
    return true;
  }

  void sql(String statement) throws SQLException {
    try (var connection = tools.source.getConnection();
        var s = connection.createStatement()) {
      s.execute(statement);
    }
  }

  long sum(String query) throws SQLException {
    try (var connection = tools.source.getConnection();
        var s = connection.createStatement();
        var rows = s.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  static String counts(JobReport report) {
    return "%d rendered, %d skipped, %d failed, %d refused"
        .formatted(report.rendered(), report.skipped(), report.failed(), report.refused());
  }

  JobReport serve(Optional<FlinkSettings> flink, Object... orders) throws IOException {
    return new BatchRenders(
            tools.toolbox(),
            flink
                .map(target -> BatchRunner.onFlink(target, List.of(), Map.of()))
                .orElseGet(() -> BatchRunner.inThisProcess(2, Map.of())),
            line -> {})
        .serve(
            new BatchOrders.Listed(lines(List.of(orders))),
            false,
            FileAddress.of(directory.resolve("results.ndjson")));
  }

  JobReport serve(TestTools worker, String results, List<Object> orders) throws IOException {
    return new BatchRenders(worker.toolbox(), BatchRunner.inThisProcess(2, Map.of()), line -> {})
        .serve(
            new BatchOrders.Listed(lines(orders)),
            false,
            FileAddress.of(directory.resolve(results)));
  }

  JobReport serveCatalogue() throws IOException {
    return new BatchRenders(tools.toolbox(), BatchRunner.inThisProcess(2, Map.of()), line -> {})
        .serve(
            new BatchOrders.Catalogue(List.of()),
            false,
            FileAddress.of(directory.resolve("results.ndjson")));
  }

  static List<OrderLine> lines(List<Object> orders) {
    List<OrderLine> lines = new ArrayList<>();
    for (Object order : orders) {
      lines.add(
          new OrderLine(
              "orders.ndjson:" + (lines.size() + 1),
              order instanceof ComposeOrder compose
                  ? new String(compose.encode(), StandardCharsets.UTF_8)
                  : order.toString()));
    }
    return lines;
  }

  List<RenderResult> results() throws IOException {
    List<RenderResult> results = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("results.ndjson"))) {
      results.add(Json.MAPPER.readValue(line, RenderResult.class));
    }
    return results;
  }

  static RenderResult result(List<RenderResult> results, ComposeOrder order) {
    return results.stream()
        .filter(result -> result.renderId().equals(order.renderId()))
        .findFirst()
        .orElseThrow();
  }

  static ComposeOrder order(String exercise, Object... sidesAndReps) {
    List<SetSpec> sets = new ArrayList<>();
    for (int i = 0; i < sidesAndReps.length; i += 2) {
      sets.add(new SetSpec((String) sidesAndReps[i], (Integer) sidesAndReps[i + 1]));
    }
    return new ComposeOrder(new Recipe(exercise, "ro", sets, null, false), 1, false);
  }
}
