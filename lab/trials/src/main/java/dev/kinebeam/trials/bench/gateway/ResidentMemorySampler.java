package dev.kinebeam.trials.bench.gateway;

import dev.kinebeam.trials.bench.measure.ProcessMeter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Looks at a process's resident memory until closed. */
final class ResidentMemorySampler implements AutoCloseable {
  private final ProcessMeter meter;
  private final Thread watcher;
  private volatile double peakMb;
  private volatile IOException failure;

  private ResidentMemorySampler(ProcessHandle process, Duration every) {
    meter = new ProcessMeter(process);
    watcher = new Thread(() -> sample(every), "resident-memory");
    watcher.setDaemon(true);
  }

  static ResidentMemorySampler watch(ProcessHandle process, Duration every) {
    ResidentMemorySampler resident = new ResidentMemorySampler(process, every);
    resident.watcher.start();
    return resident;
  }

  private void sample(Duration every) {
    try {
      while (true) {
        peakMb = Math.max(peakMb, meter.residentMb());
        TimeUnit.MILLISECONDS.sleep(every.toMillis());
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** The greatest so far, in MB. */
  double peakMb() throws IOException {
    if (failure != null) {
      throw new IOException("the gateway's memory cannot be read", failure);
    }
    return peakMb;
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
