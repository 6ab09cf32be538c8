package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.EventParser;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.ScriptedEvent;
import dev.kinebeam.trials.patients.SentSession;
import dev.kinebeam.trials.patients.Traffic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Puts scripted sessions into Kafka as the gateway does. */
public final class EventFeed implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;
  private final String topic;
  private final EventParser parser = new EventParser();

  public EventFeed(String bootstrapServers, String topic) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "5"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  public List<ProducerRecord<String, byte[]>> records(SentSession session) {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    String key = session.script().sessionId().toString();
    for (ScriptedEvent event : session.script().events()) {
      ObjectNode json = event.json().deepCopy();
      json.put("timestamp", Instant.ofEpochMilli(session.baseMs() + event.atMs()).toString());
      byte[] raw = Json.bytes(json);
      records.add(new ProducerRecord<>(topic, key, encode(session, raw)));
    }
    return records;
  }

  private byte[] encode(SentSession session, byte[] raw) {
    long now = System.currentTimeMillis();
    Clinics.Patient patient = session.patient();
    ParsedEvent.Accepted event = (ParsedEvent.Accepted) parser.parse(raw);
    MediaRecord.Client client =
        new MediaRecord.Client(
            patient.device().device(),
            patient.device().os(),
            patient.device().browser(),
            Traffic.APP_VERSION);
    return new MediaRecord(
            patient.clinic().orgId(), patient.patientId(), now, now, client, event.event())
        .encode(raw);
  }

  /** Returns when all are acknowledged. */
  public void send(List<ProducerRecord<String, byte[]>> records)
      throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
    for (ProducerRecord<String, byte[]> record : records) {
      acknowledgements.add(producer.send(record));
    }
    for (Future<RecordMetadata> acknowledgement : acknowledgements) {
      acknowledgement.get();
    }
  }

  public void sendMalformed(byte[] value) throws ExecutionException, InterruptedException {
    send(List.of(new ProducerRecord<>(topic, null, value)));
  }

  @Override
  public void close() {
    producer.close();
  }
}
