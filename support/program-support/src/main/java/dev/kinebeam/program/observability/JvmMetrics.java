package dev.kinebeam.program.observability;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;

/** What the JVM says about itself; the names are those that the gateway's library uses. */
final class JvmMetrics {
  private static final AtomicBoolean EXPORTED = new AtomicBoolean();

  private JvmMetrics() {}

  /** Registers them, once in this process. */
  static void export(Metrics metrics) {
    if (EXPORTED.getAndSet(true)) {
      return;
    }
    metrics.add(
        Metrics.Type.GAUGE,
        "jvm_memory_used_bytes",
        "Memory in use, by area and pool.",
        () -> pools(pool -> pool.getUsage().getUsed()));
    metrics.add(
        Metrics.Type.GAUGE,
        "jvm_memory_max_bytes",
        "The most that a pool may use; -1 without a limit.",
        () -> pools(pool -> pool.getUsage().getMax()));
    metrics.gauge(
        "jvm_threads_live_threads",
        "Threads that live now, daemons among them.",
        Map.of(),
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
    metrics.gauge(
        "process_start_time_seconds",
        "When the process began, in seconds since 1970.",
        Map.of(),
        () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      metrics.counter(
          "process_cpu_seconds_total",
          "Processor time that the process has used.",
          Map.of(),
          () -> system.getProcessCpuTime() / 1e9);
    }
  }

  private static List<Metrics.Sample> pools(ToDoubleFunction<MemoryPoolMXBean> value) {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .map(
            pool -> {
              Map<String, String> labels = new LinkedHashMap<>();
              labels.put("area", pool.getType() == MemoryType.HEAP ? "heap" : "nonheap");
              labels.put("id", pool.getName());
              return new Metrics.Sample(labels, value.applyAsDouble(pool));
            })
        .toList();
  }
}
