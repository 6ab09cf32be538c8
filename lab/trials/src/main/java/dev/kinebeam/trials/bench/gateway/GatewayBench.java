package dev.kinebeam.trials.bench.gateway;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.ServiceReport;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.ProcessMeter;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Durable events per second through the gateway, beside what Kafka's own producer benchmark reaches
 * with the same records; and the gateway's memory meanwhile, and while Kafka is unavailable.
 */
final class GatewayBench {
  private static final double GOAL = 0.5;
  private static final int SAMPLE = 50_000;
  private static final Duration MEMORY_SAMPLE_INTERVAL = Duration.ofMillis(200);

  /**
   * How much of it.
   *
   * @param connections to the gateway, each with one request at a time
   * @param records that Kafka's benchmark sends in each round
   * @param kafkaAway how long the load continues without Kafka
   */
  record Plan(
      int patients,
      int connections,
      Batch.Body body,
      int rounds,
      Duration warmUp,
      Duration round,
      long records,
      Duration kafkaAway) {}

  private final Plan plan;
  private final Console console;
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> theirs = new ArrayList<>();
  private final List<Double> p50 = new ArrayList<>();
  private final List<Double> p99 = new ArrayList<>();
  private double gatewayCpu;
  private double clientCpu;
  private long events;

  GatewayBench(Plan plan, Console console) {
    this.plan = plan;
    this.console = console;
  }

  Verdict run(LocalStack stack, Path dir) throws IOException, SQLException, InterruptedException {
    Endpoints endpoints = stack.endpoints();
    List<Clinics.Patient> patients = consenting(plan.patients());
    new DemoDatabase(endpoints.database()).fill(patients);
    List<Batch> batches =
        Batch.of(patients, endpoints.authSecret(), plan.body(), Clock.systemUTC());
    try (ServerProcess gateway = ServerProcess.gateway(endpoints, dir, 0);
        ResidentMemorySampler resident =
            ResidentMemorySampler.watch(gateway.handle(), MEMORY_SAMPLE_INTERVAL)) {
      Load load = new Load(gateway.port(), plan.connections(), batches);
      console.step("warming up the gateway");
      requireAllTaken(load.run(plan.warmUp()));
      ProducerBenchmark reference =
          ProducerBenchmark.sending(
              endpoints.kafkaBootstrapServers(),
              Topics.MEDIA_EVENTS,
              SAMPLE,
              dir.resolve("payload"));
      for (int round = 1; round <= plan.rounds(); round++) {
        measure(load, gateway);
        compare(reference);
      }
      double atLoad = resident.peakMb();
      double away = plan.kafkaAway().isZero() ? atLoad : withoutKafka(stack, load, resident);
      return verdict(atLoad, away);
    }
  }

  private static List<Clinics.Patient> consenting(int count) {
    return Clinics.patients(count + count / 10 + 1).stream()
        .filter(Clinics.Patient::consents)
        .limit(count)
        .toList();
  }

  private void measure(Load load, ServerProcess gateway) throws IOException, InterruptedException {
    ProcessMeter server = new ProcessMeter(gateway.handle());
    ProcessMeter client = ProcessMeter.ofThisOne();
    double serverBefore = server.cpuSeconds();
    double clientBefore = client.cpuSeconds();
    Load.Outcome outcome = requireAllTaken(load.run(plan.round()));
    double serverCpu = server.cpuSeconds() - serverBefore;
    double clientsCpu = client.cpuSeconds() - clientBefore;
    gatewayCpu += serverCpu;
    clientCpu += clientsCpu;
    events += outcome.events();
    ours.add(outcome.eventsPerSecond());
    p50.add(outcome.latencies().percentile(0.5));
    p99.add(outcome.latencies().percentile(0.99));
    console.step(
        "gateway: %,.0f events/s; requests p50 %.1f ms, p99 %.1f ms; CPU %.1f s, client's %.1f s",
        outcome.eventsPerSecond(),
        outcome.latencies().percentile(0.5),
        outcome.latencies().percentile(0.99),
        serverCpu,
        clientsCpu);
  }

  private void compare(ProducerBenchmark reference) throws IOException, InterruptedException {
    int partitions =
        Topics.ALL.stream()
            .filter(topic -> topic.name().equals(Topics.MEDIA_EVENTS))
            .mapToInt(Topics.Topic::partitions)
            .sum();
    ProducerBenchmark.Report report = reference.run(plan.records(), partitions);
    theirs.add(report.recordsPerSecond());
    console.step("Kafka's producer benchmark: %,.0f records/s", report.recordsPerSecond());
  }

  private static Load.Outcome requireAllTaken(Load.Outcome outcome) throws IOException {
    if (!outcome.refused().isEmpty() || outcome.events() == 0) {
      throw new IOException(
          "the gateway took %d events and answered otherwise, by status: %s"
              .formatted(outcome.events(), outcome.refused()));
    }
    return outcome;
  }

  /** The broker is killed and not replaced: every batch waits its time and gets a 503. */
  private double withoutKafka(LocalStack stack, Load load, ResidentMemorySampler resident)
      throws IOException, InterruptedException {
    ProcessHandle broker =
        stack.services().stream()
            .filter(service -> service.name().equals("kafka"))
            .map(ServiceReport::pid)
            .flatMap(pid -> ProcessHandle.of(pid).stream())
            .findFirst()
            .orElseThrow(() -> new IOException("the broker has ended by itself"));
    console.step("killing Kafka; the load continues for %d s", plan.kafkaAway().toSeconds());
    broker.destroyForcibly();
    Load.Outcome outcome = load.run(plan.kafkaAway());
    double away = resident.peakMb();
    console.step(
        "without Kafka: %,d events taken, refused by status %s, p99 %.0f ms; peak %.0f MB resident",
        outcome.events(), outcome.refused(), outcome.latencies().percentile(0.99), away);
    return away;
  }

  private Verdict verdict(double residentAtLoad, double residentAway) {
    double us = Samples.of(ours).median();
    double them = Samples.of(theirs).median();
    console.say(
        "gateway %,.0f durable events/s (%s), Kafka's own benchmark %,.0f records/s (%s)",
        us, Samples.of(ours).spread(), them, Samples.of(theirs).spread());
    console.say(
        "%.1f CPU s per million events in the gateway, %.1f in the client, which shares the"
            + " machine; peak %.0f MB resident, %.0f MB with Kafka away (limit %d)",
        gatewayCpu / events * 1e6,
        clientCpu / events * 1e6,
        residentAtLoad,
        residentAway,
        BenchGatewayCommand.RESIDENT_LIMIT_MB);
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("p50_ms", Verdict.rounded(Samples.of(p50).median()));
    more.put("p99_ms", Verdict.rounded(Samples.of(p99).median()));
    more.put("gateway_cpu_us_per_event", Verdict.rounded(gatewayCpu / events * 1e6));
    more.put("client_cpu_us_per_event", Verdict.rounded(clientCpu / events * 1e6));
    more.put("ours_spread", Samples.of(ours).spread());
    more.put("reference_spread", Samples.of(theirs).spread());
    more.put("body", plan.body().name());
    more.put("rss_mb", Math.round(residentAtLoad));
    more.put("rss_mb_kafka_away", Math.round(residentAway));
    return new Verdict("gateway", us, them, "events/s", us / them, GOAL, more);
  }
}
