package dev.kinebeam.trials.bench.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * What a piece of work took.
 *
 * @param wall seconds
 * @param cpu seconds of user and system time, of this process and of the children it waited for
 */
record ResourceUsage(double wall, double cpu) {
  /** The kernel counts in hundredths of a second, on every Linux that Java 17 runs on. */
  private static final double TICKS_PER_SECOND = 100;

  /** Fields of /proc/self/stat after the name: utime, stime, cutime, cstime. */
  private static final int FIRST_TIME = 11;

  static ResourceUsage on(Callable<?> work) throws Exception {
    double cpu = cpuSeconds();
    long begin = System.nanoTime();
    work.call();
    return new ResourceUsage((System.nanoTime() - begin) / 1e9, cpuSeconds() - cpu);
  }

  ResourceUsage plus(ResourceUsage other) {
    return new ResourceUsage(wall + other.wall, cpu + other.cpu);
  }

  ResourceUsage times(double factor) {
    return new ResourceUsage(wall * factor, cpu * factor);
  }

  private static double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int i = FIRST_TIME; i < FIRST_TIME + 4; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks / TICKS_PER_SECOND;
  }
}
