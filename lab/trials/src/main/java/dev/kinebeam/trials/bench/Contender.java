package dev.kinebeam.trials.bench;

import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.trials.bench.reference.NativeTelemetry;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;

/** Who drains the backlog. */
enum Contender {
  OURS("the telemetry job (Beam)") {
    @Override
    Running submit(Surroundings around, String topic) {
      PipelineResult job =
          TelemetryJob.submit(
              // A group of its own for each run, so that each reads from the beginning.
              TelemetrySettings.of(around.kafka(), around.database())
                  .reading(topic, "ours-" + System.nanoTime()),
              FlinkSettings.here(around.slots()),
              around.flink());
      return new Running() {
        @Override
        public boolean runs() {
          return job.getState() == PipelineResult.State.RUNNING;
        }

        @Override
        public void cancel() throws Exception {
          job.cancel();
          while (!job.getState().isTerminal()) {
            TimeUnit.MILLISECONDS.sleep(50);
          }
        }
      };
    }
  },

  REFERENCE("the native Flink job") {
    @Override
    Running submit(Surroundings around, String topic) throws Exception {
      JobClient job =
          NativeTelemetry.submit(
              around.flink(), around.slots(), around.kafka(), topic, around.database());
      return new Running() {
        @Override
        public boolean runs() throws Exception {
          return job.getJobStatus().get() == JobStatus.RUNNING;
        }

        @Override
        public void cancel() throws Exception {
          job.cancel().get();
          while (!job.getJobStatus().get().isGloballyTerminalState()) {
            TimeUnit.MILLISECONDS.sleep(50);
          }
        }
      };
    }
  };

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Where the work is done. */
  record Surroundings(
      InProcessFlink flink, int slots, KafkaSettings kafka, DatabaseSettings database) {}

  /** A submitted job. */
  interface Running {
    boolean runs() throws Exception;

    /** Returns when it has ended. */
    void cancel() throws Exception;
  }

  abstract Running submit(Surroundings around, String topic) throws Exception;
}
