package dev.kinebeam.trials.tracker;

import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionTally;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.kafka.TopicRecords;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sessions as the job and backfill write them, from what the gateway has written to Kafka. */
final class Rows {
  private final String kafka;

  Rows(String kafka) {
    this.kafka = kafka;
  }

  /** The row of a session, as soon as its player has ended it. */
  MeasuredSession ended(UUID session) {
    return when(session, SessionTally::endedByClient);
  }

  /** The row of a session, as soon as what is known of it is so. */
  MeasuredSession when(UUID session, Predicate<SessionTally> known) {
    AtomicReference<Optional<SessionTally>> tally = new AtomicReference<>();
    Eventually.until(
        () -> session + " is " + tally,
        () -> {
          tally.set(tally(session));
          return tally.get().filter(known).isPresent();
        });
    return MeasuredSession.of(tally.get().orElseThrow());
  }

  /** What Kafka has of a session. */
  Optional<SessionTally> tally(UUID session) {
    MediaRecord.Reader reader = new MediaRecord.Reader();
    return TopicRecords.all(kafka, Topics.MEDIA_EVENTS).stream()
        .filter(record -> record.key().equals(session.toString()))
        .map(ConsumerRecord::value)
        .map(value -> ((MediaRecord.Accepted) reader.read(value)).record())
        .map(SessionTally::of)
        .reduce(SessionTally::merge);
  }
}
