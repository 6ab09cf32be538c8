package dev.kinebeam.trials.bench.gateway;

import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.trials.bench.measure.ProcessMeter;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka's own producer benchmark, {@code org.apache.kafka.tools.ProducerPerformance}, in a process
 * of its own: it sends records that the gateway wrote, with the gateway's acks, codec and linger,
 * to a topic like the gateway's.
 */
final class ProducerBenchmark {
  private static final Pattern TOTAL =
      Pattern.compile("(\\d+) records sent, ([\\d.]+) records/sec .*99th.*");
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int POLLS = 20;

  private final String bootstrapServers;
  private final Path payload;

  private ProducerBenchmark(String bootstrapServers, Path payload) {
    this.bootstrapServers = bootstrapServers;
    this.payload = payload;
  }

  /**
   * A benchmark that sends what lies in {@code topic}: up to {@code sample} different records.
   *
   * @param payload file to keep them in
   */
  static ProducerBenchmark sending(String bootstrapServers, String topic, int sample, Path payload)
      throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    int taken = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      for (int poll = 0; poll < POLLS && taken < sample; poll++) {
        for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(POLL)) {
          lines.writeBytes(entry.value());
          lines.write('\n');
          taken++;
        }
      }
    }
    if (taken == 0) {
      throw new IOException("topic " + topic + " holds no record to send");
    }
    Files.write(payload, lines.toByteArray());
    return new ProducerBenchmark(bootstrapServers, payload);
  }

  /** What it reported. */
  record Report(double recordsPerSecond, double cpuSeconds) {}

  Report run(long records, int partitions) throws IOException, InterruptedException {
    String topic = "producer-benchmark-" + UUID.randomUUID();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    } catch (ExecutionException e) {
      throw new IOException("topic " + topic + " could not be made: " + e.getCause(), e);
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "org.apache.kafka.tools.ProducerPerformance",
            "--topic",
            topic,
            "--num-records",
            Long.toString(records),
            "--throughput",
            "-1",
            "--payload-file",
            payload.toString(),
            "--producer-props",
            "bootstrap.servers=" + bootstrapServers,
            "acks=all",
            "enable.idempotence=true",
            "compression.type=zstd",
            "linger.ms=2");
    builder.environment().put("CLASSPATH", ProjectHome.classPathOf("kafka-broker"));
    builder.redirectErrorStream(true);
    Process process = builder.start();
    ProcessMeter meter = new ProcessMeter(process.toHandle());
    double cpu = 0;
    Matcher total = null;
    StringBuilder said = new StringBuilder();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = output.readLine()) != null) {
        said.append(line).append('\n');
        cpu = Math.max(cpu, meter.cpuSeconds());
        Matcher matcher = TOTAL.matcher(line);
        if (matcher.matches()) {
          total = matcher;
        }
      }
    } finally {
      process.destroy();
    }
    if (process.waitFor() != 0 || total == null) {
      throw new IOException("Kafka's producer benchmark failed: " + said.toString().strip());
    }
    return new Report(Double.parseDouble(total.group(2)), cpu);
  }
}
