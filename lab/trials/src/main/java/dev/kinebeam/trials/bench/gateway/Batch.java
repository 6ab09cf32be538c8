package dev.kinebeam.trials.bench.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Conditions;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.ScriptedEvent;
import dev.kinebeam.trials.patients.ScriptedSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * One request to the gateway as bytes: {@link #EVENTS} events of a simulated patient's session. Ids
 * of session and events end in a number that is put in place before each sending, so that no two
 * sent batches are the same; those of a packed body stay.
 */
final class Batch {
  /** Events in each batch. */
  static final int EVENTS = 25;

  private static final String PLACEHOLDER = "abcdefabcdef";
  private static final int ID_PREFIX = 36 - PLACEHOLDER.length();
  private static final double VIDEO_SECONDS = 600;
  private static final UUID RENDER = new UUID(0x4b1e, 1);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final byte[] request;
  private final int[] numberAt;

  private Batch(byte[] request, int[] numberAt) {
    this.request = request;
    this.numberAt = numberAt;
  }

  /** The request with this number in its ids. The array is this batch's own: one sender only. */
  byte[] numbered(long number) {
    for (int at : numberAt) {
      long rest = number;
      for (int digit = PLACEHOLDER.length() - 1; digit >= 0; digit--) {
        request[at + digit] = HEX[(int) (rest & 15)];
        rest >>>= 4;
      }
    }
    return request;
  }

  /** Batches of these patients, at least one of each, with a token for each patient. */
  static List<Batch> of(List<Clinics.Patient> patients, String secret, Body body, Clock clock) {
    Patients writer = Patients.seeded(25);
    List<Batch> batches = new ArrayList<>();
    for (Clinics.Patient patient : patients) {
      String token =
          Clinics.token(secret, patient.clinic().orgId(), patient.patientId(), "patient", clock);
      UUID session =
          UUID.fromString(UUID.randomUUID().toString().substring(0, ID_PREFIX) + PLACEHOLDER);
      ScriptedSession script =
          writer.session(
              Behaviour.STALLS, Conditions.USUAL, session, "3f8a1c-19", RENDER, VIDEO_SECONDS);
      List<ScriptedEvent> events = script.events();
      for (int from = 0; from + EVENTS <= events.size(); from += EVENTS) {
        String json = json(events.subList(from, from + EVENTS), clock.instant());
        batches.add(of(patient, token, json, body, batches.size()));
      }
    }
    return batches;
  }

  /** How bodies travel. */
  enum Body {
    PLAIN,
    GZIP
  }

  private static String json(List<ScriptedEvent> events, Instant now) {
    long last = events.get(events.size() - 1).atMs();
    return events.stream()
        .map(
            event -> {
              ObjectNode json = event.json().deepCopy();
              json.put("timestamp", now.plusMillis(event.atMs() - last).toString());
              String id = json.get("event_id").textValue().substring(0, ID_PREFIX);
              json.put("event_id", id + PLACEHOLDER);
              return new String(Json.bytes(json), StandardCharsets.UTF_8);
            })
        .collect(
            Collectors.joining(
                ",", "{\"sent_at\":\"" + now + "\",\"app_version\":\"2.4.1\",\"events\":[", "]}"));
  }

  private static Batch of(
      Clinics.Patient patient, String token, String json, Body how, int number) {
    byte[] body =
        how == Body.PLAIN
            ? json.getBytes(StandardCharsets.UTF_8)
            : packed(json.replace(PLACEHOLDER, String.format(Locale.ROOT, "%012x", number)));
    String head =
        """
        POST /v1/media/events HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Bearer %s\r
        User-Agent: %s\r
        Content-Type: application/json\r
        %sContent-Length: %d\r
        \r
        """
            .formatted(
                token,
                patient.device().userAgent(),
                how == Body.GZIP ? "Content-Encoding: gzip\r\n" : "",
                body.length);
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[start.length + body.length];
    System.arraycopy(start, 0, request, 0, start.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    // Latin 1 keeps every byte one character, so that characters are counted as bytes are.
    String all = new String(request, StandardCharsets.ISO_8859_1);
    List<Integer> places = new ArrayList<>();
    for (int at = all.indexOf(PLACEHOLDER); at >= 0; at = all.indexOf(PLACEHOLDER, at + 1)) {
      places.add(at);
    }
    return new Batch(request, places.stream().mapToInt(Integer::intValue).toArray());
  }

  private static byte[] packed(String json) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
