package dev.kinebeam.eventarchive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A record as one line of JSON:
 *
 * <pre>{"partition":0,"offset":12,"timestamp":1795255200000,"key":"…","value":{…}}</pre>
 *
 * <p>A value that is one JSON object in one line stands there as it is; any other stands as {@code
 * "bytes"} in base64, and a missing one has neither member. A key that is not UTF-8 is written as
 * {@code "key_bytes"} likewise. Reading a line gives the record's very bytes.
 */
public final class ArchiveLine {
  private static final JsonFactory JSON = new JsonFactory();

  private ArchiveLine() {}

  /** The line without its end. */
  public static byte[] encode(ArchivedRecord record) {
    byte[] value = record.value();
    if (value != null && mayStandAsItIs(value)) {
      byte[] line = line(record, "\"value\":", value);
      // Whatever the reader would not give back unchanged is not written so.
      if (readsBack(line, record)) {
        return line;
      }
    }
    return value == null
        ? line(record, "", new byte[0])
        : line(record, "\"bytes\":", quoted(Base64.getEncoder().encode(value)));
  }

  private static boolean mayStandAsItIs(byte[] value) {
    if (value.length < 2 || value[0] != '{' || value[value.length - 1] != '}') {
      return false;
    }
    for (byte b : value) {
      if (b == '\n' || b == '\r') {
        return false;
      }
    }
    return isUtf8(value);
  }

  private static boolean readsBack(byte[] line, ArchivedRecord record) {
    try {
      return Arrays.equals(decode(line).value(), record.value());
    } catch (IOException notJson) {
      return false;
    }
  }

  private static byte[] line(ArchivedRecord record, String member, byte[] value) {
    StringBuilder head = new StringBuilder(128);
    head.append("{\"partition\":").append(record.partition());
    head.append(",\"offset\":").append(record.offset());
    head.append(",\"timestamp\":").append(record.timestampMs());
    byte[] key = record.key();
    if (key != null && isUtf8(key)) {
      head.append(",\"key\":\"");
      JsonStringEncoder.getInstance().quoteAsString(new String(key, StandardCharsets.UTF_8), head);
      head.append('"');
    } else if (key != null) {
      head.append(",\"key_bytes\":\"");
      head.append(Base64.getEncoder().encodeToString(key)).append('"');
    }
    if (!member.isEmpty()) {
      head.append(',').append(member);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(head.length() + value.length + 1);
    out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    out.writeBytes(value);
    out.write('}');
    return out.toByteArray();
  }

  private static byte[] quoted(byte[] base64) {
    byte[] text = new byte[base64.length + 2];
    text[0] = '"';
    System.arraycopy(base64, 0, text, 1, base64.length);
    text[text.length - 1] = '"';
    return text;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException no) {
      return false;
    }
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException when the line is none of ours
   */
  public static ArchivedRecord decode(byte[] line) throws IOException {
    long partition = -1;
    long offset = -1;
    Long timestamp = null;
    byte @Nullable [] key = null;
    byte @Nullable [] value = null;
    try (JsonParser p = JSON.createParser(line)) {
      require(p.nextToken() == JsonToken.START_OBJECT, "the line is not a JSON object");
      while (p.nextToken() != JsonToken.END_OBJECT) {
        String name = p.currentName();
        require(p.nextToken() != null, "the line ends too early");
        switch (name) {
          case "partition" -> partition = p.getLongValue();
          case "offset" -> offset = p.getLongValue();
          case "timestamp" -> timestamp = p.getLongValue();
          case "key" -> key = p.getText().getBytes(StandardCharsets.UTF_8);
          case "key_bytes" -> key = p.getBinaryValue();
          case "bytes" -> value = p.getBinaryValue();
          case "value" -> value = slice(p, line);
          default -> p.skipChildren();
        }
      }
      require(p.nextToken() == null, "there is more after the record");
    }
    require(partition >= 0 && partition <= Integer.MAX_VALUE, "partition is missing");
    require(offset >= 0, "offset is missing");
    if (timestamp == null) {
      throw new IOException("timestamp is missing");
    }
    return new ArchivedRecord((int) partition, offset, timestamp, key, value);
  }

  private static byte[] slice(JsonParser p, byte[] line) throws IOException {
    require(p.currentToken() == JsonToken.START_OBJECT, "value is not a JSON object");
    int from = (int) p.currentTokenLocation().getByteOffset();
    p.skipChildren();
    return Arrays.copyOfRange(line, from, (int) p.currentLocation().getByteOffset());
  }

  private static void require(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException(otherwise);
    }
  }
}
