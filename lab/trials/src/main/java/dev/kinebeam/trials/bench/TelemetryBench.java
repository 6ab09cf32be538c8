package dev.kinebeam.trials.bench;

import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * How fast a backlog is drained: from Kafka through Flink into PostgreSQL, to the last session's
 * final row. Both contenders drain the same topic on the same cluster, one after the other, round
 * after round; broker and database share the machine with them.
 */
final class TelemetryBench {
  private static final int SLOTS = 2;

  private final Endpoints endpoints;
  private final Path checkpoints;
  private final Consumer<String> progress;

  TelemetryBench(LocalStack stack, Path checkpoints, Consumer<String> progress) {
    this.endpoints = stack.endpoints();
    this.checkpoints = checkpoints;
    this.progress = progress;
  }

  /**
   * Drains {@code warmUp} events with every contender, so that the machine code is there, and then
   * measures {@code events} events {@code rounds} times each.
   *
   * @return every contender's runs
   */
  Map<Contender, List<Drain.Drained>> run(long warmUp, long events, int rounds) throws Exception {
    Map<Contender, List<Drain.Drained>> runs = new LinkedHashMap<>();
    SessionLoad.Loaded warm = fill(warmUp);
    SessionLoad.Loaded load = fill(events);
    try (InProcessFlink flink =
        InProcessFlink.start(InProcessFlink.Settings.of(SLOTS, Restarts.ALWAYS).in(checkpoints))) {
      Contender.Surroundings surroundings =
          new Contender.Surroundings(flink, SLOTS, endpoints.kafka(), pipelineLogin());
      Drain drain = new Drain(endpoints.database(), progress);
      for (Contender contender : Contender.values()) {
        progress.accept("warming up: " + contender.title());
        drain.of(contender.submit(surroundings, warm.topic()), warm);
        forget();
      }
      for (int round = 1; round <= rounds; round++) {
        for (Contender contender : Contender.values()) {
          progress.accept("round " + round + " of " + rounds + ": " + contender.title());
          Drain.Drained drained = drain.of(contender.submit(surroundings, load.topic()), load);
          progress.accept(drained.toString());
          runs.computeIfAbsent(contender, c -> new ArrayList<>()).add(drained);
          forget();
        }
      }
    }
    return runs;
  }

  private SessionLoad.Loaded fill(long events) throws ExecutionException, InterruptedException {
    progress.accept("filling a topic");
    SessionLoad.Loaded load =
        new SessionLoad(endpoints.kafkaBootstrapServers(), "bench-" + UUID.randomUUID())
            .fill(events);
    progress.accept(
        "%d events of %d sessions wait, %d bytes each"
            .formatted(load.events(), load.sessions(), load.bytes() / load.events()));
    return load;
  }

  /** The next one begins with empty tables, as this one did. */
  private void forget() throws SQLException {
    Endpoints.Login admin = endpoints.database().admin();
    try (Connection c =
            DriverManager.getConnection(
                endpoints.database().url(), admin.user(), admin.password());
        Statement s = c.createStatement()) {
      s.execute("TRUNCATE media_session_metrics, media_waits, media_session_errors");
    }
  }

  private DatabaseSettings pipelineLogin() {
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    return new DatabaseSettings(endpoints.database().url(), login.user(), login.password());
  }
}
