package dev.kinebeam.beam;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real signals to a JVM of its own. */
@Timeout(60)
class StopSignalTest {
  /** Ends with 0 when it is asked to; with "deaf" it never ends by itself. */
  public static final class Program {
    private Program() {}

    public static void main(String[] args) throws InterruptedException {
      CountDownLatch asked = new CountDownLatch(1);
      StopSignal stop = StopSignal.install(Duration.ofMillis(Long.parseLong(args[1])));
      stop.onRequest(asked::countDown);
      System.out.println("running");
      asked.await();
      System.out.println("asked " + stop.isRequested());
      if (args[0].equals("deaf")) {
        new CountDownLatch(1).await();
      }
      System.exit(0);
    }
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
  void aSecondSignalEndsItAtOnce() throws Exception {
    Process program = start("deaf", 30_000);
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("running");
      signal("TERM", program);
      assertThat(out.readLine()).isEqualTo("asked true");
      signal("TERM", program);
      assertThat(program.waitFor()).isEqualTo(143);
    }
  }

  private static int ended(String signal, String manner, long within) throws Exception {
    Process program = start(manner, within);
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("running");
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
