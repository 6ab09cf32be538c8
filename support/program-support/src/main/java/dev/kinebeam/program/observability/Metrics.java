package dev.kinebeam.program.observability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Metrics of a program, read when they are scraped: a registered metric costs nothing until then.
 * Thread-safe.
 */
public final class Metrics {
  /** Of this JVM; what several jobs and programs in one process register meets here. */
  public static final Metrics PROCESS = new Metrics();

  private static final String NAME = "[a-z_][a-zA-Z0-9_]*";

  private final Map<String, Metric> metrics = new TreeMap<>();

  /** Whether a value may fall. */
  public enum Type {
    GAUGE,
    COUNTER
  }

  /**
   * One value of a metric.
   *
   * @param labels in the order in which they are written
   * @param value NaN is not exported: the value is not known
   */
  public record Sample(Map<String, String> labels, double value) {}

  /** A registered source of samples; closing it removes its samples. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private record Metric(Type type, String help, List<Supplier<List<Sample>>> sources) {}

  /** Registers a gauge of one value. */
  public Registration gauge(
      String name, String help, Map<String, String> labels, DoubleSupplier value) {
    return add(Type.GAUGE, name, help, () -> List.of(new Sample(labels, value.getAsDouble())));
  }

  /** Registers a counter of one value; its name ends with {@code _total}. */
  public Registration counter(
      String name, String help, Map<String, String> labels, DoubleSupplier value) {
    return add(Type.COUNTER, name, help, () -> List.of(new Sample(labels, value.getAsDouble())));
  }

  /**
   * Registers a source of samples. Several sources may share a metric; of two samples with equal
   * labels the source registered last wins.
   *
   * @param name with its unit, as Prometheus' conventions ask for
   * @throws IllegalArgumentException when the name is not one, or there is no help
   */
  public Registration add(Type type, String name, String help, Supplier<List<Sample>> samples) {
    if (!name.matches(NAME) || help.isBlank()) {
      throw new IllegalArgumentException(
          "metric '" + name + "' needs a valid name and a help text");
    }
    if (type == Type.COUNTER != name.endsWith("_total")) {
      throw new IllegalArgumentException(
          "metric " + name + ": names of counters, and no others, end with _total");
    }
    synchronized (metrics) {
      metrics
          .computeIfAbsent(name, n -> new Metric(type, help, new ArrayList<>()))
          .sources
          .add(samples);
    }
    return () -> remove(name, samples);
  }

  private void remove(String name, Supplier<List<Sample>> samples) {
    synchronized (metrics) {
      Metric metric = metrics.get(name);
      if (metric == null) {
        return;
      }
      metric.sources.removeIf(source -> source == samples);
      if (metric.sources.isEmpty()) {
        metrics.remove(name);
      }
    }
  }

  /** All metrics in Prometheus' text format 0.0.4; those without a sample are left out. */
  public String text() {
    Map<String, Metric> now = new TreeMap<>();
    synchronized (metrics) {
      metrics.forEach(
          (name, m) -> now.put(name, new Metric(m.type, m.help, List.copyOf(m.sources))));
    }
    StringBuilder text = new StringBuilder();
    now.forEach((name, metric) -> write(name, metric, text));
    return text.toString();
  }

  private static void write(String name, Metric metric, StringBuilder text) {
    Map<Map<String, String>, Double> samples = new LinkedHashMap<>();
    for (Supplier<List<Sample>> source : metric.sources) {
      for (Sample sample : source.get()) {
        if (!Double.isNaN(sample.value)) {
          samples.put(sample.labels, sample.value);
        }
      }
    }
    if (samples.isEmpty()) {
      return;
    }
    text.append("# HELP ").append(name).append(' ').append(escaped(metric.help, false));
    text.append("\n# TYPE ").append(name).append(' ');
    text.append(metric.type == Type.COUNTER ? "counter" : "gauge").append('\n');
    samples.forEach(
        (labels, value) ->
            text.append(name)
                .append(labels(labels))
                .append(' ')
                .append(number(value))
                .append('\n'));
  }

  private static String labels(Map<String, String> labels) {
    if (labels.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("{");
    labels.forEach(
        (label, value) ->
            text.append(text.length() == 1 ? "" : ",")
                .append(label)
                .append("=\"")
                .append(escaped(value, true))
                .append('"'));
    return text.append('}').toString();
  }

  private static String escaped(String text, boolean quotes) {
    String line = text.replace("\\", "\\\\").replace("\n", "\\n");
    return quotes ? line.replace("\"", "\\\"") : line;
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
