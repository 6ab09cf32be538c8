package dev.kinebeam.trials.drill;

import dev.kinebeam.programs.cluster.FlinkCluster;
import dev.kinebeam.trials.patients.MalformedRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** The fault in the middle of the load, and what the operator does about it. */
enum Fault {
  KILL_TASKMANAGER("kill-taskmanager") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws IOException {
      environment.cluster().kill(FlinkCluster.taskManager(1));
      environment.cluster().start(DrillEnvironment.TASK_MANAGERS);
      return List.of();
    }
  },
  KILL_JOBMANAGER("kill-jobmanager") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws IOException {
      environment.cluster().kill(FlinkCluster.JOB_MANAGER);
      environment.cluster().start(DrillEnvironment.TASK_MANAGERS);
      environment.submitTelemetry();
      return List.of();
    }
  },
  KILL_GATEWAY("kill-gateway") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws IOException {
      environment.gateway().kill();
      environment.gateway().start();
      return List.of();
    }
  },
  KAFKA_RESTART("kafka-restart") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws IOException {
      environment.stack().kill("kafka");
      environment.stack().revive("kafka");
      return List.of();
    }
  },
  POSTGRES_RESTART("postgres-restart") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws IOException {
      environment.stack().kill("postgres");
      environment.stack().revive("postgres");
      return List.of();
    }
  },
  MALFORMED("poison") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment)
        throws ExecutionException, InterruptedException {
      List<byte[]> records = MalformedRecords.any(MALFORMED_RECORDS, System.nanoTime());
      MalformedRecords.pour(environment.kafka(), records);
      return records.stream()
          .map(record -> ByteBuffer.wrap(record == null ? new byte[0] : record))
          .toList();
    }
  },
  RESCALE("rescale") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws Exception {
      for (int parallelism : List.of(1, 2, 4, 1, DrillEnvironment.PARALLELISM)) {
        environment.rescale(parallelism);
      }
      return List.of();
    }
  },
  PARTITIONS("partitions") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws IOException {
      environment.addPartitions(MORE_PARTITIONS);
      return List.of();
    }

    @Override
    boolean isTried(DrillEnvironment environment) throws IOException {
      return environment.newPartitionsHoldEvents();
    }
  },
  MONTH("month") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws IOException, SQLException {
      environment.makeMonths(MONTHS);
      for (int night = 0; night < NIGHTS; night++) {
        Maintenance.run(environment.stack().endpoints());
      }
      return List.of();
    }
  },
  RESTORE("restore") {
    @Override
    List<ByteBuffer> strike(DrillEnvironment environment) throws Exception {
      environment.loseDatabase();
      return List.of();
    }
  };

  private static final int MALFORMED_RECORDS = 120;
  private static final int MORE_PARTITIONS = 4;
  private static final int MONTHS = 15;
  private static final int NIGHTS = 3;

  private final String command;

  Fault(String command) {
    this.command = command;
  }

  /** Its name on the command line. */
  String command() {
    return command;
  }

  /**
   * Breaks a component and repairs it; returns when an operator could repair no more.
   *
   * @return bytes put into the topic past the gateway, each of which must come back as a dead
   *     letter
   */
  abstract List<ByteBuffer> strike(DrillEnvironment environment) throws Exception;

  /** Whether the load has met it; until then the load continues. */
  boolean isTried(DrillEnvironment environment) throws IOException {
    return true;
  }

  /** Whether the job may start again because of it: never because of data. */
  boolean mayRestartTheJob() {
    return !List.of(MALFORMED, PARTITIONS, MONTH).contains(this);
  }

  @Override
  public String toString() {
    return command;
  }
}
