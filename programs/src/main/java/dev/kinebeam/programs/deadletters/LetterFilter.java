package dev.kinebeam.programs.deadletters;

import dev.kinebeam.eventarchive.deadletters.Letter;
import dev.kinebeam.eventarchive.deadletters.LetterTopic;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Which letters a command is about, and where they are. */
final class LetterFilter {
  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}",
      description = "Kafka's bootstrap servers. Default: ${DEFAULT-VALUE}")
  private String kafka;

  @Option(
      names = "--rejected-topic",
      defaultValue = Topics.MEDIA_EVENTS_REJECTED,
      description = "The topic of dead letters. Default: ${DEFAULT-VALUE}")
  private String topic;

  @Option(
      names = "--reason",
      paramLabel = "CODE",
      description = "Only dead letters with this reason, such as out_of_range.")
  private String reason;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only dead letters from this time on, such as 2026-11-20T10:00Z.")
  private String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only dead letters before this time.")
  private String until;

  String kafka() {
    return kafka;
  }

  boolean namesReason() {
    return reason != null;
  }

  LetterTopic open() throws IOException {
    return new LetterTopic(kafka, topic);
  }

  /**
   * Every letter that is meant.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  void read(Consumer<Letter> letters) throws IOException {
    Instant from = since == null ? Instant.EPOCH : time("--since", since);
    Instant to = until == null ? Instant.MAX : time("--until", until);
    try (LetterTopic open = open()) {
      open.read(
          from,
          letter -> {
            boolean meant = reason == null || reason.equals(letter.letter().reason().code());
            if (meant && letter.at().isBefore(to)) {
              letters.accept(letter);
            }
          });
    }
  }

  private static Instant time(String flag, String value) {
    try {
      return OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          flag + " is " + value + "; it must be a time such as 2026-11-20T10:00Z", e);
    }
  }
}
