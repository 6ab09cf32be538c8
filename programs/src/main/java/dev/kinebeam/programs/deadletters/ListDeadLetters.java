package dev.kinebeam.programs.deadletters;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kinebeam.eventarchive.deadletters.StoredDeadLetter;
import dev.kinebeam.program.cli.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many there are of each reason, and which. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Counts dead letters by source and reason, with the first and the last of each.")
final class ListDeadLetters implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeadLetterFilter filter;

  @Option(names = "--each", description = "Name every dead letter too, the newest --limit of them.")
  private boolean each;

  @Option(
      names = "--limit",
      defaultValue = "100",
      description = "The most dead letters that --each names. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Mixin private final JsonOption json = new JsonOption();

  private record Kind(String source, String reason) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      return Comparator.comparing(Kind::source).thenComparing(Kind::reason).compare(this, other);
    }
  }

  private static final class Count {
    private long letters;
    private StoredDeadLetter first;
    private StoredDeadLetter last;

    private void add(StoredDeadLetter letter) {
      letters++;
      first = first == null || letter.at().isBefore(first.at()) ? letter : first;
      last = last == null || !letter.at().isBefore(last.at()) ? letter : last;
    }
  }

  private record Row(
      String source,
      String reason,
      long letters,
      String firstAt,
      String first,
      String lastAt,
      String last) {}

  private record One(
      String place,
      String at,
      String source,
      @JsonProperty("reason") String code,
      String message) {}

  @Override
  public Integer call() throws IOException {
    if (limit < 1) {
      throw wrong("--limit is " + limit + "; it must be 1 or more");
    }
    Map<Kind, Count> counts = new TreeMap<>();
    Deque<StoredDeadLetter> newest = new ArrayDeque<>();
    try {
      filter.read(
          letter -> {
            Kind kind = new Kind(letter.content().source(), letter.content().reason().code());
            counts.computeIfAbsent(kind, k -> new Count()).add(letter);
            newest.add(letter);
            if (newest.size() > limit) {
              newest.remove();
            }
          });
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    print(counts, each ? newest : new ArrayDeque<>());
    return 0;
  }

  private void print(Map<Kind, Count> counts, Deque<StoredDeadLetter> named) {
    List<Row> rows = new ArrayList<>();
    counts.forEach(
        (kind, count) ->
            rows.add(
                new Row(
                    kind.source,
                    kind.reason,
                    count.letters,
                    text(count.first.at()),
                    count.first.place(),
                    text(count.last.at()),
                    count.last.place())));
    PrintWriter out = spec.commandLine().getOut();
    if (json.isWanted()) {
      rows.forEach(row -> JsonOption.print(out, row));
    } else if (rows.isEmpty()) {
      out.println("no dead letters");
    } else {
      String format = "%-10s %-22s %8s  %-26s %-26s%n";
      out.printf(format, "source", "reason", "letters", "first", "last");
      for (Row row : rows) {
        String first = row.firstAt + " " + row.first;
        String last = row.lastAt + " " + row.last;
        out.printf(format, row.source, row.reason, row.letters, first, last);
      }
    }
    for (StoredDeadLetter letter : named) {
      One one =
          new One(
              letter.place(),
              text(letter.at()),
              letter.content().source(),
              letter.content().reason().code(),
              letter.content().reason().message());
      if (json.isWanted()) {
        JsonOption.print(out, one);
      } else {
        out.println(String.join("  ", one.place, one.at, one.source, one.code, one.message));
      }
    }
    out.flush();
  }

  private static String text(Instant time) {
    return time.toString();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), "dead-letters list: " + message);
  }
}
