package dev.kinebeam.programs.deadletters;

import dev.kinebeam.eventarchive.deadletters.DeadLetterTopic;
import dev.kinebeam.eventarchive.deadletters.StoredDeadLetter;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which dead letters a command is about, and where they are. */
final class DeadLetterFilter {
  @Mixin private final KafkaOptions kafka = new KafkaOptions();

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

  KafkaSettings kafka() {
    return kafka.settingsOrLocal();
  }

  boolean namesReason() {
    return reason != null;
  }

  DeadLetterTopic open() throws IOException {
    return new DeadLetterTopic(kafka.settingsOrLocal(), topic);
  }

  /**
   * Every dead letter that is meant.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  void read(Consumer<StoredDeadLetter> deadLetters) throws IOException {
    Instant from = since == null ? Instant.EPOCH : time("--since", since);
    Instant to = until == null ? Instant.MAX : time("--until", until);
    try (DeadLetterTopic open = open()) {
      open.read(
          from,
          deadLetter -> {
            boolean meant = reason == null || reason.equals(deadLetter.content().reason().code());
            if (meant && deadLetter.at().isBefore(to)) {
              deadLetters.accept(deadLetter);
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
