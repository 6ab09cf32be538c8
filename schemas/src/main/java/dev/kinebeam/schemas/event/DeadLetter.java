package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What was refused: the value of a record of {@code media-events-rejected}. Whoever refuses keeps
 * the original bytes, so that a corrected reader can take them again.
 *
 * @param source which program refused: {@code gateway}, {@code telemetry}
 * @param topic where a record of Kafka came from, else null; so are partition and offset
 * @param reason the first thing that was wrong
 * @param original the bytes as they came, the first {@link #MAX_BYTES} of them, in base64; never
 *     null, possibly empty
 */
public record DeadLetter(
    String source,
    @Nullable String topic,
    @Nullable Integer partition,
    @Nullable Long offset,
    FieldError reason,
    String original) {
  /**
   * What one dead letter keeps. A dead letter must fit into a record of Kafka (1 MiB), or whoever
   * refuses would fail at it again and again; only garbage is ever larger, and is cut.
   */
  public static final int MAX_BYTES = 512 * 1024;

  /** The reason's code for events that another patient sent for a session. */
  public static final String SESSION_OF_ANOTHER = "session_of_another";

  /** A dead letter of a program that reads no topic. */
  public static DeadLetter of(String source, FieldError reason, byte[] original) {
    return new DeadLetter(source, null, null, null, reason, base64(original));
  }

  /** A dead letter about a record of Kafka. */
  public static DeadLetter of(
      String source, String topic, int partition, long offset, FieldError reason, byte[] original) {
    return new DeadLetter(source, topic, partition, offset, reason, base64(original));
  }

  private static String base64(byte[] original) {
    byte[] kept = original.length > MAX_BYTES ? Arrays.copyOf(original, MAX_BYTES) : original;
    return Base64.getEncoder().encodeToString(kept);
  }

  /** The bytes as they came, as far as they were kept. */
  public byte[] originalBytes() {
    return Base64.getDecoder().decode(original);
  }

  /** The record's bytes. */
  public byte[] encode() {
    return Json.bytes(this);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException when the bytes are not a dead letter
   */
  public static DeadLetter decode(byte[] value) throws IOException {
    try {
      return Json.MAPPER.readValue(value, DeadLetter.class);
    } catch (JsonProcessingException e) {
      throw new IOException("not a dead letter: " + Json.reason(e), e);
    }
  }
}
