package dev.kinebeam.trials.bench.reference;

import dev.kinebeam.beam.flink.Exchange;
import dev.kinebeam.beam.flink.FlinkPipelines;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What the telemetry job is measured against: the same work written straight for Flink, as one
 * would without Beam. It reads the same topic, parses with the same parser, keeps sessions by the
 * same merge function in keyed state, waits for silence with the same timeouts and writes the same
 * rows in the same batches; bytes cross the shuffle, since they are the cheapest thing that can,
 * and each record is parsed once, behind it.
 */
public final class NativeTelemetry {
  private static final Duration DISORDER = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofSeconds(10);

  private NativeTelemetry() {}

  /** Submits it to a cluster inside this process, and returns at once. */
  public static JobClient submit(
      InProcessFlink flink,
      int parallelism,
      KafkaSettings kafka,
      String topic,
      DatabaseSettings database)
      throws Exception {
    return flink.submit(
        Optional.empty(), Exchange.FULL_BUFFERS, () -> start(parallelism, kafka, topic, database));
  }

  private static JobClient start(
      int parallelism, KafkaSettings kafka, String topic, DatabaseSettings database)
      throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    FlinkPipelines.configure(env, FlinkSettings.here(parallelism));
    KafkaSource<Tuple2<String, byte[]>> source =
        KafkaSource.<Tuple2<String, byte[]>>builder()
            .setBootstrapServers(kafka.bootstrapServers())
            .setTopics(topic)
            .setGroupId("native-" + topic)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new KeyAndValue())
            .setProperty("max.poll.records", "5000")
            .setProperty("max.partition.fetch.bytes", String.valueOf(4 << 20))
            .build();
    env.fromSource(
            source,
            WatermarkStrategy.<Tuple2<String, byte[]>>forBoundedOutOfOrderness(DISORDER)
                .withIdleness(IDLE),
            "Read media events")
        .keyBy(record -> record.f0, Types.STRING)
        .process(new MergeSessionsFunction(SilenceTimeouts.DEFAULT, Duration.ofSeconds(10)))
        .returns(TypeInformation.of(MeasuredSession.class))
        .transform("Upsert rows", Types.VOID, new UpsertOperator(database));
    return env.executeAsync("native telemetry");
  }
}
