package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.util.Base64;

/**
 * What was refused: the value of a record of {@code media-events-rejected}. Whoever refuses keeps
 * the original bytes, so that a corrected reader can take them again.
 *
 * @param source which program refused: {@code gateway}, {@code telemetry}
 * @param topic where a record of Kafka came from, else null; so are partition and offset
 * @param reason the first thing that was wrong
 * @param original the bytes as they came, in base64; never null, possibly empty
 */
public record DeadLetter(
    String source,
    String topic,
    Integer partition,
    Long offset,
    FieldError reason,
    String original) {

  /** A letter of a program that reads no topic. */
  public static DeadLetter of(String source, FieldError reason, byte[] original) {
    return new DeadLetter(
        source, null, null, null, reason, Base64.getEncoder().encodeToString(original));
  }

  /** A letter about a record of Kafka. */
  public static DeadLetter of(
      String source, String topic, int partition, long offset, FieldError reason, byte[] original) {
    return new DeadLetter(
        source, topic, partition, offset, reason, Base64.getEncoder().encodeToString(original));
  }

  /** The bytes as they came. */
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
   * @throws IOException when the bytes are no dead letter
   */
  public static DeadLetter decode(byte[] value) throws IOException {
    try {
      return Json.MAPPER.readValue(value, DeadLetter.class);
    } catch (JsonProcessingException e) {
      throw new IOException("not a dead letter: " + e.getOriginalMessage(), e);
    }
  }
}
