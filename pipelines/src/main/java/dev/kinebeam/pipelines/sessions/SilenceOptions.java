package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.program.cli.Positive;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags that say after which silence a session is over; a backfill needs those of the job. */
public final class SilenceOptions {
  @Option(
      names = "--playing-timeout",
      paramLabel = "DURATION",
      defaultValue = "PT60S",
      description = "Silence that closes a playing session. Default: ${DEFAULT-VALUE}")
  private Duration playing;

  @Option(
      names = "--paused-timeout",
      paramLabel = "DURATION",
      defaultValue = "PT30M",
      description = "Silence that closes a paused session. Default: ${DEFAULT-VALUE}")
  private Duration paused;

  /**
   * The timeouts.
   *
   * @param forgotten when the state of a closed session is deleted
   * @throws IllegalArgumentException naming the flag that is not positive
   */
  public SilenceTimeouts timeouts(Duration forgotten) {
    return new SilenceTimeouts(
        Positive.require("--playing-timeout", playing),
        Positive.require("--paused-timeout", paused),
        forgotten);
  }
}
