package dev.kinebeam.programs.deadletters;

import dev.kinebeam.eventarchive.deadletters.DeadLetterTopic;
import dev.kinebeam.eventarchive.deadletters.StoredDeadLetter;
import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.schemas.event.DeadLetter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Everything that is known of one dead letter. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows one dead letter with the original's bytes, which JSON has in base64.")
final class ShowDeadLetter implements Callable<Integer> {
  private static final Pattern PLACE = Pattern.compile("(\\d{1,9}):(\\d{1,18})");
  private static final int ROW = 16;

  @Spec private CommandSpec spec;
  @Mixin private DeadLetterFilter filter;

  @Parameters(
      paramLabel = "PARTITION:OFFSET",
      description = "Partition and offset of the dead letter, as list --each prints them.")
  private String place;

  @Mixin private final JsonOption json = new JsonOption();

  private record Shown(String place, String at, Map<String, String> headers, DeadLetter letter) {}

  @Override
  public Integer call() throws IOException {
    Matcher found = PLACE.matcher(place);
    if (!found.matches()) {
      throw new ParameterException(
          spec.commandLine(),
          "dead-letters show: " + place + " is not PARTITION:OFFSET, such as 0:12");
    }
    Optional<StoredDeadLetter> letter;
    try (DeadLetterTopic topic = filter.open()) {
      letter = topic.at(Integer.parseInt(found.group(1)), Long.parseLong(found.group(2)));
    }
    if (letter.isEmpty()) {
      throw new IOException(
          "there is no dead letter at " + place + "; dead-letters list --each names them");
    }
    print(letter.get());
    return 0;
  }

  private void print(StoredDeadLetter letter) {
    PrintWriter out = spec.commandLine().getOut();
    DeadLetter content = letter.content();
    Map<String, String> headers = new TreeMap<>(letter.headers());
    if (json.isWanted()) {
      Shown shown = new Shown(letter.place(), letter.at().toString(), headers, content);
      JsonOption.print(out, shown);
    } else {
      out.printf("place     %s%nat        %s%n", letter.place(), letter.at());
      out.printf("source    %s%n", content.source());
      if (content.topic() != null) {
        out.printf("record    %s %d:%d%n", content.topic(), content.partition(), content.offset());
      }
      out.printf("reason    %s%n", content.reason().code());
      out.printf("field     %s%n", content.reason().field());
      out.printf("message   %s%n", content.reason().message());
      headers.forEach((name, value) -> out.printf("%-9s %s%n", name, value));
      byte[] original = content.originalBytes();
      out.printf("original  %d bytes%s%n", original.length, letter.isCut() ? ", cut" : "");
      out.println(text(original).orElseGet(() -> hex(original)));
    }
    out.flush();
  }

  /** The bytes as a text, if they are one that a terminal can show. */
  private static Optional<String> text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean plain =
          text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
      return plain ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < bytes.length; row += ROW) {
      int end = Math.min(row + ROW, bytes.length);
      String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, row, end);
      out.append("%08x  %-47s  ".formatted(row, hex));
      for (int i = row; i < end; i++) {
        out.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
      }
      out.append('\n');
    }
    return out.toString();
  }
}
