package dev.kinebeam.beam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.flink.Exchange;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.SinkFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real signals to a JVM of its own. */
@Timeout(60)
@Tag("servers")
class StopSignalTest {
  /**
   * Ends with 0 when it is asked to; with "deaf" it never ends by itself, with "throws" and "hangs"
   * its action does not stop it, and as "job" and "early" it runs a job without end, asked to stop
   * while that runs or before it is submitted.
   */
  public static final class Program {
    private Program() {}

    public static void main(String[] args) throws Exception {
      CountDownLatch asked = new CountDownLatch(1);
      StopSignal stop = StopSignal.install(Duration.ofMillis(Long.parseLong(args[1])));
      if (args[0].equals("job")) {
        System.exit(runJob(stop));
      }
      stop.onRequest(
          () -> {
            switch (args[0]) {
              case "throws" -> throw new IllegalStateException("cannot stop");
              case "hangs" -> LockSupport.park();
              default -> asked.countDown();
            }
          });
      System.out.println("running");
      asked.await();
      System.out.println("asked " + stop.isRequested());
      if (args[0].equals("early")) {
        System.exit(runJob(stop));
      }
      if (args[0].equals("deaf")) {
        new CountDownLatch(1).await();
      }
      System.exit(0);
    }

    private static int runJob(StopSignal stop) throws Exception {
      try (InProcessFlink flink =
          InProcessFlink.start(InProcessFlink.Settings.of(1, Restarts.ALWAYS))) {
        return flink.run(Optional.empty(), Exchange.FULL_BUFFERS, Program::endless, stop).isEmpty()
            ? 0
            : 3;
      }
    }

    private static JobExecutionResult endless() throws Exception {
      StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment();
      flink
          .fromSequence(0, Long.MAX_VALUE)
          .addSink(
              new SinkFunction<Long>() {
                @Override
                public void invoke(Long number, Context context) {
                  if (number == 0) {
                    System.out.println("running");
                  }
                }
              });
      return flink.execute();
    }
  }

  @Test
  void aJobWithoutEndIsCancelledWhileItRunsAndBeforeItIsSubmitted() throws Exception {
    assertThat(ended("TERM", "job", 30_000)).isZero();
    assertThat(ended("TERM", "early", 30_000)).isZero();
  }

  @Test
  void aProgramThatIsAskedToStopEndsByItself() throws Exception {
    assertThat(ended("TERM", "listens", 20_000)).isZero();
    assertThat(ended("INT", "listens", 20_000)).isZero();
  }

  @Test
  void oneThatDoesNotStopInTimeIsEnded() throws Exception {
    assertThat(ended("TERM", "deaf", 100)).isEqualTo(1);
  }

  @Test
  void oneWhoseActionFailsOrHangsIsEnded() throws Exception {
    assertThat(ended("TERM", "throws", 100)).isEqualTo(1);
    assertThat(ended("INT", "hangs", 100)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"TERM, TERM, 143", "TERM, INT, 130", "INT, TERM, 143"})
  void aSecondSignalEndsItAtOnce(String first, String second, int status) throws Exception {
    Process program = start("deaf", 30_000);
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("running");
      signal(first, program);
      assertThat(out.readLine()).isEqualTo("asked true");
      signal(second, program);
      assertThat(program.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(program.exitValue()).isEqualTo(status);
    } finally {
      program.destroyForcibly();
    }
  }

  private static int ended(String signal, String manner, long within) throws Exception {
    Process program = start(manner, within);
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.equals("running")) {
        line = out.readLine(); // Flink's
      }
      assertThat(line).isEqualTo("running");
      signal(signal, program);
      assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return program.exitValue();
    } finally {
      program.destroyForcibly();
    }
  }

  private static Process start(String manner, long within) throws Exception {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            manner,
            Long.toString(within))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void signal(String name, Process program) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + program.pid()).start().waitFor())
        .isZero();
  }
}
