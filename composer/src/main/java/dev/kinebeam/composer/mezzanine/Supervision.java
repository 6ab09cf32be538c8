package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.ProcessMemory;
import dev.kinebeam.program.retry.TemporaryFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** One request to a child: what it says, and whether it keeps to its limits. */
final class Supervision {
  private static final long POLL_INTERVAL_MILLIS = 100;

  /** Of a Java that could not even begin: no memory to reserve, a class or a library missing. */
  private static final int NOT_BEGUN = 1;

  /** By SIGKILL, which the kernel sends when the machine is out of memory. We send ours later. */
  private static final int KILLED = 128 + 9;

  /** By SIGTERM, which no source sends either. */
  private static final int TERMINATED = 128 + 15;

  private static final long NO_DISK_AT_FAULT = -1;

  private final String name;
  private final Path directory;
  private final NormalizeChild child;
  private final Normalizer.Limits limits;
  private final LongConsumer framesDone;
  private final long deadline;
  private Duration cpu = Duration.ZERO;
  private String rejected = "";
  private String fault = "";
  private long bytesNeeded = NO_DISK_AT_FAULT;

  /**
   * @param directory where it writes, for messages
   * @param deadline of {@link System#nanoTime}, which the limits of time came to
   */
  Supervision(
      String name,
      Path directory,
      NormalizeChild child,
      Normalizer.Limits limits,
      long deadline,
      LongConsumer framesDone) {
    this.name = name;
    this.directory = directory;
    this.child = child;
    this.limits = limits;
    this.deadline = deadline;
    this.framesDone = framesDone;
  }

  /**
   * Waits for the request's end and returns the processor time that it took.
   *
   * @throws SourceRejected when the child could not use its source, or took too much; it may still
   *     run
   * @throws TemporaryFailure when this machine stopped it, or could not even start it
   * @throws IOException when this machine is at fault otherwise, such as a full disk
   */
  Duration untilDone() throws IOException, InterruptedException {
    long checked = System.nanoTime();
    while (true) {
      NormalizeChild.Said said = child.next(POLL_INTERVAL_MILLIS);
      if (said.ended()) {
        throw failure(child.exitCode());
      }
      if (said.line().equals(Optional.of(NormalizeMain.DONE))) {
        return cpu;
      }
      said.line().ifPresent(this::hear);
      if (System.nanoTime() - checked >= TimeUnit.MILLISECONDS.toNanos(POLL_INTERVAL_MILLIS)) {
        checkLimits();
        checked = System.nanoTime();
      }
    }
  }

  private void hear(String line) {
    if (line.startsWith(NormalizeMain.FRAMES)) {
      framesDone.accept(Long.parseLong(line.substring(NormalizeMain.FRAMES.length())));
    } else if (line.startsWith(NormalizeMain.REASON)) {
      rejected = line.substring(NormalizeMain.REASON.length());
    } else if (line.startsWith(NormalizeMain.FAULT)) {
      fault = line.substring(NormalizeMain.FAULT.length());
    } else if (line.startsWith(NormalizeMain.NEEDS)) {
      bytesNeeded = Long.parseLong(line.substring(NormalizeMain.NEEDS.length()));
    } else if (line.startsWith(NormalizeMain.CPU)) {
      cpu = Duration.ofMillis(Long.parseLong(line.substring(NormalizeMain.CPU.length())));
    }
  }

  private IOException failure(int code) throws IOException, InterruptedException {
    if (code == NormalizeMain.REJECTED && !rejected.isEmpty()) {
      return new SourceRejected(name, rejected);
    }
    if (code == NormalizeMain.FAILED && !fault.isEmpty()) {
      return bytesNeeded == NO_DISK_AT_FAULT
          ? new IOException(name + " was not normalised: " + fault)
          : CacheEviction.notWritten(name, directory, fault, bytesNeeded);
    }
    if (code == NOT_BEGUN || code == KILLED || code == TERMINATED) {
      return new TemporaryFailure(
          name
              + " was not normalised: its decoder "
              + (code == NOT_BEGUN ? "could not be started" : "was killed from outside")
              + ", exit code "
              + code
              + " ("
              + child.log()
              + "); see whether this machine has memory to spare",
          null);
    }
    return new SourceRejected(
        name,
        "its decoder died with exit code "
            + code
            + " ("
            + child.log()
            + "); export it again, as H.264 in MP4");
  }

  private void checkLimits() throws IOException {
    if (System.nanoTime() - deadline > 0) {
      throw new SourceRejected(
          name,
          "it was not decoded within "
              + limits.time().toSeconds()
              + " s; export it smaller or shorter, or raise "
              + Normalizer.Limits.TIME);
    }
    if (ProcessMemory.residentBytes(child.pid()) > limits.residentBytes()) {
      throw new SourceRejected(
          name,
          "its decoder took more than "
              + (limits.residentBytes() >> 20)
              + " MB of memory; export it smaller, or raise "
              + Normalizer.Limits.MEMORY);
    }
  }
}
