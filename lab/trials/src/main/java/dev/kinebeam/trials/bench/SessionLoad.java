package dev.kinebeam.trials.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Conditions;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.ScriptedEvent;
import dev.kinebeam.trials.patients.ScriptedSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A backlog of sessions in a topic of its own: the scripts of a few hundred simulated patients,
 * each played many times under other ids, some thousands of sessions at a time, as a busy evening
 * interleaves them.
 */
final class SessionLoad {
  private static final int SCRIPTS = 200;
  private static final int AT_ONCE = 5_000;
  private static final double VIDEO_SECONDS = 400;

  /** The next sessions begin when these are over. */
  private static final long WAVE_MS = Duration.ofMinutes(15).toMillis();

  /** The place of a session's number in ids: their last twelve digits. */
  private static final String PLACEHOLDER = number(0xabcdefabcdefL);

  private static final int ID_PREFIX = 24;
  private static final UUID RENDER = new UUID(0x4b1e, 1);

  private final String bootstrapServers;
  private final String topic;
  private final UUID orgId = UUID.randomUUID();

  SessionLoad(String bootstrapServers, String topic) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
  }

  /** What lies in the topic. */
  record Loaded(String topic, UUID orgId, long events, long sessions, long bytes) {}

  /** One script as texts in which only the session's number must be put. */
  private record Template(List<Text> events) {}

  /** A record cut where the session's number stands. */
  private record Text(long receivedMs, List<String> parts) {
    byte[] numbered(String number) {
      return String.join(number, parts).getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Creates the topic and fills it with whole sessions, {@code atLeast} events or a few more. */
  Loaded fill(long atLeast) throws ExecutionException, InterruptedException {
    create();
    List<ScriptedSession> scripts = scripts();
    long waveBegin = System.currentTimeMillis() - Duration.ofHours(12).toMillis();
    long events = 0;
    long bytes = 0;
    long sessions = 0;
    try (KafkaProducer<String, byte[]> producer = producer()) {
      while (events < atLeast) {
        long begin = waveBegin;
        List<Template> templates = scripts.stream().map(s -> template(s, begin)).toList();
        List<Template> playing = new ArrayList<>();
        long planned = 0;
        while (playing.size() < AT_ONCE && events + planned < atLeast) {
          Template next = templates.get((int) ((sessions + playing.size()) % SCRIPTS));
          playing.add(next);
          planned += next.events().size();
        }
        for (int step = 0; planned > 0; step++) {
          for (int i = 0; i < playing.size(); i++) {
            if (step < playing.get(i).events().size()) {
              String number = number(sessions + i);
              Text event = playing.get(i).events().get(step);
              byte[] value = event.numbered(number);
              Future<RecordMetadata> unused =
                  producer.send(
                      new ProducerRecord<>(topic, null, event.receivedMs(), number, value));
              bytes += value.length;
              events++;
              planned--;
            }
          }
        }
        sessions += playing.size();
        waveBegin += WAVE_MS;
      }
    }
    return new Loaded(topic, orgId, events, sessions, bytes);
  }

  private void create() throws ExecutionException, InterruptedException {
    int partitions =
        Topics.ALL.stream()
            .filter(t -> t.name().equals(Topics.MEDIA_EVENTS))
            .mapToInt(Topics.Topic::partitions)
            .sum();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "acks", "1",
            "linger.ms", "20",
            "batch.size", "262144",
            "compression.type", "zstd"),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static String number(long session) {
    return String.format(Locale.ROOT, "%012x", session);
  }

  private static List<ScriptedSession> scripts() {
    Patients writer = Patients.seeded(42);
    String prefix = UUID.randomUUID().toString().substring(0, ID_PREFIX);
    UUID sessionId = UUID.fromString(prefix + PLACEHOLDER);
    List<ScriptedSession> scripts = new ArrayList<>();
    for (int i = 0; i < SCRIPTS; i++) {
      // Those that end in silence would be waited for; a backlog's drain is measured without waits.
      Behaviour behaviour = LOUD.get(i % LOUD.size());
      scripts.add(
          writer.session(
              behaviour, Conditions.USUAL, sessionId, "3f8a1c-19", RENDER, VIDEO_SECONDS));
    }
    return scripts;
  }

  private static final List<Behaviour> LOUD =
      List.of(
          Behaviour.FINISHES,
          Behaviour.STALLS,
          Behaviour.PAUSES,
          Behaviour.SCRUBS,
          Behaviour.CHANGES_QUALITY,
          Behaviour.QUITS,
          Behaviour.FAILS);

  private Template template(ScriptedSession script, long begin) {
    List<Text> texts = new ArrayList<>();
    for (ScriptedEvent event : script.events()) {
      ObjectNode json = event.json().deepCopy();
      json.put("timestamp", Instant.ofEpochMilli(begin + event.atMs()).toString());
      String eventId = json.get("event_id").textValue().substring(0, ID_PREFIX) + PLACEHOLDER;
      json.put("event_id", eventId);
      long received = begin + event.atMs() + 35;
      String head =
          """
          {"v":%d,"event_id":"%s","org_id":"%s","patient_id":"%s","received_at":%d,"sent_at":%d,\
          "client":{"device":"iPhone","os":"iOS","browser":"Mobile Safari","app_version":"2.4.1"},\
          "event":"""
              .formatted(
                  MediaRecord.VERSION, eventId, orgId, script.sessionId(), received, received - 30);
      String text = head + new String(Json.bytes(json), StandardCharsets.UTF_8) + "}";
      texts.add(new Text(received, List.of(text.split(PLACEHOLDER, -1))));
    }
    return new Template(texts);
  }
}
