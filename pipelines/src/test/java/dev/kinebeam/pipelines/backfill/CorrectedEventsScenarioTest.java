package dev.kinebeam.pipelines.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UpsertRows;
import dev.kinebeam.beam.direct.DirectPipelines;
import dev.kinebeam.eventarchive.ArchiveHorizon;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.pipelines.DecodeEvents;
import dev.kinebeam.pipelines.backfill.BackfillSettings.Mode;
import dev.kinebeam.pipelines.sessions.ErrorTable;
import dev.kinebeam.pipelines.sessions.ListErrors;
import dev.kinebeam.pipelines.sessions.MeasureSessions;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.pipelines.sessions.Played;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaRecordCoder;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Events with wrong optional fields, from the bytes that the gateway takes to the rows of the job
 * and of the archive: every reader makes the same of them.
 */
@Tag("servers")
class CorrectedEventsScenarioTest {
  private static final Instant FROM = Instant.parse("2026-11-29T07:00:00Z");
  private static final Instant TO = FROM.plus(Duration.ofHours(1));

  private static MetricsDatabase database;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
    database.run("SELECT ensure_media_partitions(timestamptz '2026-11-29', 1, 1)");
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void empty() throws Exception {
    database.empty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "completion-over-105",
        "error-message-2001",
        "error-message-nul",
        "ttfb-negative",
        "ttfb-zero"
      })
  void aWrongFieldCostsOnlyItself(String name) throws Exception {
    JsonNode file;
    try (InputStream in = getClass().getResourceAsStream("/sessions/" + name + ".json")) {
      file = Json.MAPPER.readTree(in);
    }
    Map<String, String> row = rowOfJobAndArchive(Json.bytes(file.get("events")));

    for (Map.Entry<String, JsonNode> right : file.get("right").properties()) {
      String expected = right.getValue().isNull() ? null : right.getValue().asText();
      assertThat(row.get(right.getKey()))
          .as("%s: %s", right.getKey(), file.get("why").textValue())
          .isEqualTo(expected);
    }
  }

  /** An encoder that meets half a surrogate pair writes "?" or fails, each in its own way. */
  @Test
  void aTextThatCannotBeStoredIsTheSameTextEverywhere() throws Exception {
    String events =
        """
        [{"event":"session_start","session_id":"0b0b0b0b-1111-4222-8333-444444444444",
          "timestamp":"2026-11-29T07:10:00Z","media_id":"\\ud83dx","media_type":"v\\u0000",
          "data":{"connection_type":"4\\udc00g","initial_resolution":"\\ud83d\\ude41"}},
         {"event":"error","session_id":"0b0b0b0b-1111-4222-8333-444444444444",
          "timestamp":"2026-11-29T07:10:02Z","data":{"error_code":"E\\u0000","is_fatal":true}}]\
        """;
    Map<String, String> row = rowOfJobAndArchive(events.getBytes(UTF_8));

    assertThat(row.get("media_id")).isEqualTo("\uFFFDx");
    assertThat(row.get("media_type")).isEqualTo("v\uFFFD");
    assertThat(row.get("connection_type")).isEqualTo("4\uFFFDg");
    assertThat(row.get("initial_resolution")).isEqualTo("\uD83D\uDE41");
    assertThat(row.get("error_types")).isEqualTo("{E\uFFFD}");
    assertThat(row.get("status")).isEqualTo("error");
  }

  private Map<String, String> rowOfJobAndArchive(byte[] body) throws Exception {
    List<ArchivedRecord> records = records(body);
    job(records);
    List<Map<String, String>> rows = database.rows("SELECT * FROM media_session_metrics");
    assertThat(rows).hasSize(1);

    ArchiveStore archive = ArchiveStore.folder(folder);
    ArchivedHour.put(archive, records);
    new ArchiveHorizon(archive).reached(0, TO.plus(Duration.ofHours(1)));
    assertThat(run(Mode.COMPARE).differences()).isEmpty();
    database.empty();
    run(Mode.WRITE);
    assertThat(database.rows("SELECT * FROM media_session_metrics")).isEqualTo(rows);
    return rows.get(0);
  }

  /** As the gateway writes them. */
  private static List<ArchivedRecord> records(byte[] body) throws EventBatch.Refused {
    List<ArchivedRecord> records = new ArrayList<>();
    for (EventBatch.Item item : EventBatch.parse(body).items()) {
      MediaEvent event = ((ParsedEvent.Accepted) item.parsed()).event();
      long received = event.timestampMs() + 40;
      MediaRecord record =
          new MediaRecord(
              Played.ORG,
              Played.PATIENT,
              received,
              MediaRecord.UNKNOWN_TIME,
              MediaRecord.Client.UNKNOWN,
              event);
      records.add(
          new ArchivedRecord(
              0,
              item.index(),
              received,
              event.sessionId().toString().getBytes(UTF_8),
              record.encode(item.raw())));
    }
    return records;
  }

  /** The stream's transforms, from Kafka's records to rows. */
  private static void job(List<ArchivedRecord> archived) {
    List<TimestampedValue<KafkaRecord<byte[], byte[]>>> records = new ArrayList<>();
    for (ArchivedRecord record : archived) {
      records.add(
          TimestampedValue.of(
              new KafkaRecord<>(
                  Topics.MEDIA_EVENTS,
                  0,
                  record.offset(),
                  record.timestampMs(),
                  KafkaTimestampType.CREATE_TIME,
                  new RecordHeaders(),
                  record.key(),
                  record.value()),
              org.joda.time.Instant.ofEpochMilli(record.timestampMs())));
    }
    Pipeline pipeline = Pipeline.create();
    PCollection<MeasuredSession> sessions =
        pipeline
            .apply(
                Create.timestamped(records)
                    .withCoder(KafkaRecordCoder.of(ByteArrayCoder.of(), ByteArrayCoder.of())))
            .apply("Decode events", DecodeEvents.ofGateway())
            .output()
            .apply("Measure sessions", MeasureSessions.closingAfter(SilenceTimeouts.DEFAULT))
            .output();
    sessions
        .apply(
            MapElements.into(TypeDescriptor.of(SessionMetrics.class)).via(MeasuredSession::metrics))
        .setCoder(JsonCoder.of(SessionMetrics.class))
        .apply(UpsertRows.into(database.settings(), new SessionTable()));
    sessions
        .apply(ListErrors.ofSessions())
        .apply(UpsertRows.into(database.settings(), new ErrorTable()));
    pipeline.run().waitUntilFinish();
  }

  private BackfillReport run(Mode mode) throws Exception {
    BackfillSettings usual =
        BackfillSettings.of(ArchiveLocation.folder(folder), database.settings(), FROM, TO, mode);
    BackfillSettings settings =
        new BackfillSettings(
            usual.archive(),
            usual.database(),
            usual.sessions(),
            Duration.ofHours(2),
            usual.silence(),
            mode);
    return new Backfill(settings, DirectPipelines.batch(2, Map.of()), line -> {}).run();
  }
}
