package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avformat.AVPROBE_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.av_probe_input_format3;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVProbeData;
import org.bytedeco.javacpp.BytePointer;

/** What a file is that cannot be opened, or holds nothing to play, by its first bytes. */
final class FileKind {
  private static final String DELIVER =
      ", which is not taken: deliver MP4 or MOV with H.264 (a voice-over as MP3 or WAV)";

  private static final int HEAD = 64 << 10;
  private static final int ID3_HEADER = 10;
  private static final int SCORE_OF_A_GUESS = 25;

  /** A file of more outermost boxes before its index was made to do harm. */
  private static final int MAX_BOXES = 10_000;

  private FileKind() {}

  /** Why a file that libav did not open is not taken; empty where its bytes say nothing. */
  static Optional<String> refusal(Path file) throws IOException {
    byte[] head = head(file);
    Optional<String> script = script(head);
    if (script.isPresent()) {
      return script.map(kind -> "is " + kind + " and not a media file");
    }
    if (isFreeFormatMp3(file)) {
      return Optional.of(freeFormat());
    }
    if (isText(head)) {
      return Optional.of("is a text file and not a media file");
    }
    Optional<String> container = container(head);
    return container.isEmpty() ? Optional.empty() : refusal(file, container.get());
  }

  private static Optional<String> refusal(Path file, String container) throws IOException {
    if (Stream.of(container.split(",", -1)).noneMatch(MediaInput.CONTAINERS::contains)) {
      return Optional.of("is " + words(container) + DELIVER);
    }
    return container.startsWith("mov") && !hasIndex(file)
        ? Optional.of(
            "has no index (its moov box): it was cut off, or its recording was not ended;"
                + " upload or export it again")
        : Optional.empty();
  }

  static String freeFormat() {
    return "is an MP3 of free format, without a bit rate in its frames, which is not taken:"
        + " export it with a usual bit rate, 192 kbit/s for example";
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD);
    }
  }

  private static Optional<String> script(byte[] head) {
    String text =
        new String(head, 0, Math.min(head.length, 64), StandardCharsets.ISO_8859_1)
            .strip()
            .toLowerCase(Locale.ROOT);
    if (text.startsWith("#extm3u")) {
      return Optional.of("an HLS playlist");
    }
    if (text.startsWith("ffconcat")) {
      return Optional.of("a concat script");
    }
    if (text.startsWith("<")) {
      return Optional.of("an XML or HTML document");
    }
    return Optional.empty();
  }

  /** No media file does without control characters for long. */
  private static boolean isText(byte[] head) {
    for (byte b : head) {
      boolean blank = b == '\t' || b == '\n' || b == '\r' || b == '\f';
      if (b >= 0 && b < ' ' && !blank) {
        return false;
      }
    }
    return head.length > 0;
  }

  /** libav's names of the container that the bytes look most like. */
  private static Optional<String> container(byte[] head) {
    byte[] padded = Arrays.copyOf(head, head.length + AVPROBE_PADDING_SIZE);
    try (BytePointer bytes = new BytePointer(padded);
        AVProbeData data = new AVProbeData()) {
      data.buf(bytes).buf_size(head.length).filename(new BytePointer((BytePointer) null));
      int[] score = new int[1];
      AVInputFormat format = av_probe_input_format3(data, 1, score);
      return format == null || score[0] < SCORE_OF_A_GUESS
          ? Optional.empty()
          : Optional.of(format.name().getString());
    }
  }

  private static String words(String container) {
    return switch (container) {
      case "asf" -> "a WMV or another ASF file";
      case "flv" -> "an FLV file (Flash Video)";
      case "gif" -> "a GIF image";
      case "image2", "jpeg_pipe" -> "a JPEG image";
      default ->
          container.endsWith("_pipe")
              ? "a "
                  + container.substring(0, container.length() - 5).toUpperCase(Locale.ROOT)
                  + " image"
              : "a file of the container " + container;
    };
  }

  /** Whether frames of MPEG audio, behind any ID3 tag, leave their bit rate open. */
  static boolean isFreeFormatMp3(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[ID3_HEADER];
      if (in.length() < 2L * ID3_HEADER) {
        return false;
      }
      in.readFully(bytes);
      if (bytes[0] == 'I' && bytes[1] == 'D' && bytes[2] == '3') {
        long tag = ID3_HEADER;
        for (int i = 6; i < ID3_HEADER; i++) {
          tag += (long) (bytes[i] & 0x7f) << (7 * (9 - i));
        }
        if (tag + 4 > in.length()) {
          return false;
        }
        in.seek(tag);
        in.readFully(bytes, 0, 4);
      }
      // ISO/IEC 11172-3: sync, version, layer; then 4 bits of bit rate and 2 of sample rate.
      boolean sync = (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xe0) == 0xe0;
      boolean layer = (bytes[1] & 0x06) != 0 && (bytes[1] & 0x18) != 0x08;
      return sync && layer && (bytes[2] & 0xf0) == 0 && (bytes[2] & 0x0c) != 0x0c;
    }
  }

  /** Walks the outermost boxes of an MP4 (ISO/IEC 14496-12, 4.2). */
  private static boolean hasIndex(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long at = 0;
      byte[] type = new byte[4];
      for (int box = 0; box < MAX_BOXES && at + 8 <= in.length(); box++) {
        in.seek(at);
        long size = Integer.toUnsignedLong(in.readInt());
        in.readFully(type);
        if (size == 1 && at + 16 <= in.length()) {
          size = in.readLong();
        } else if (size == 0) {
          size = in.length() - at;
        }
        if (size < 8 || size > in.length() - at) {
          return false;
        }
        if (new String(type, StandardCharsets.ISO_8859_1).equals("moov")) {
          return true;
        }
        at += size;
      }
      return false;
    }
  }
}
