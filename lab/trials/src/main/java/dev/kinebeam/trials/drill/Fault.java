package dev.kinebeam.trials.drill;

import dev.kinebeam.programs.cluster.FlinkCluster;
import dev.kinebeam.trials.patients.Poison;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** What goes wrong in the middle of the load, and what whoever is on call does about it. */
enum Fault {
  KILL_TASKMANAGER("kill-taskmanager") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws IOException {
      ground.cluster().kill(FlinkCluster.taskManager(1));
      ground.cluster().start(DrillGround.TASK_MANAGERS);
      return List.of();
    }
  },
  KILL_JOBMANAGER("kill-jobmanager") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws IOException {
      ground.cluster().kill(FlinkCluster.JOB_MANAGER);
      ground.cluster().start(DrillGround.TASK_MANAGERS);
      ground.submitTelemetry();
      return List.of();
    }
  },
  KILL_GATEWAY("kill-gateway") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws IOException {
      ground.gateway().kill();
      ground.gateway().start();
      return List.of();
    }
  },
  KAFKA_RESTART("kafka-restart") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws IOException {
      ground.stack().kill("kafka");
      ground.stack().revive("kafka");
      return List.of();
    }
  },
  POSTGRES_RESTART("postgres-restart") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws IOException {
      ground.stack().kill("postgres");
      ground.stack().revive("postgres");
      return List.of();
    }
  },
  POISON("poison") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws ExecutionException, InterruptedException {
      List<byte[]> records = Poison.any(POISON_RECORDS, System.nanoTime());
      Poison.pour(ground.kafka(), records);
      return records.stream()
          .map(record -> ByteBuffer.wrap(record == null ? new byte[0] : record))
          .toList();
    }
  },
  RESCALE("rescale") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws Exception {
      for (int parallelism : List.of(1, 2, 4, 1, DrillGround.PARALLELISM)) {
        ground.rescale(parallelism);
      }
      return List.of();
    }
  },
  PARTITIONS("partitions") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws IOException {
      ground.addPartitions(MORE_PARTITIONS);
      return List.of();
    }

    @Override
    boolean isTried(DrillGround ground) throws IOException {
      return ground.newPartitionsHoldEvents();
    }
  },
  MONTH("month") {
    @Override
    List<ByteBuffer> strike(DrillGround ground) throws IOException, SQLException {
      ground.makeMonths(MONTHS);
      for (int night = 0; night < NIGHTS; night++) {
        Maintenance.run(ground.stack().endpoints());
      }
      return List.of();
    }
  };

  private static final int POISON_RECORDS = 120;
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
   * Breaks something and mends it; returns when it is mended as far as a hand can.
   *
   * @return bytes put into the topic past the gateway, each of which must come back as a dead dead
   *     letter
   */
  abstract List<ByteBuffer> strike(DrillGround ground) throws Exception;

  /** Whether the load has met it; until then the load goes on. */
  boolean isTried(DrillGround ground) throws IOException {
    return true;
  }

  /** Whether the job may start again because of it: never because of data. */
  boolean mayRestartTheJob() {
    return !List.of(POISON, PARTITIONS, MONTH).contains(this);
  }

  @Override
  public String toString() {
    return command;
  }
}
