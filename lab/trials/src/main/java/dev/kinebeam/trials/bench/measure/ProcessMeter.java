package dev.kinebeam.trials.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a process uses, as the kernel counts it. */
public record ProcessMeter(ProcessHandle process) {
  private static final String RESIDENT = "VmRSS:";

  /** This process. */
  public static ProcessMeter ofThisOne() {
    return new ProcessMeter(ProcessHandle.current());
  }

  /** User and system time so far, in seconds. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** Resident memory at this moment, in MB of 10^6 bytes. */
  public double residentMb() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(RESIDENT)) {
        String kib = line.substring(RESIDENT.length()).replace("kB", "").strip();
        return Long.parseLong(kib) * 1024 / 1e6;
      }
    }
    throw new IOException("process " + process.pid() + " has ended: no " + RESIDENT);
  }
}
