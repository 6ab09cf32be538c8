package dev.kinebeam.trials.tracker;

import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionTally;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.trials.kafka.TopicRecords;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sessions as the job and backfill write them, from what the gateway has written to Kafka. */
final class Rows {
  private static final long MOST_MS = 30_000;

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
    long begun = System.nanoTime();
    Optional<SessionTally> tally = tally(session);
    while (tally.filter(known).isEmpty()) {
      if (System.nanoTime() - begun > MOST_MS * 1_000_000) {
        throw new AssertionError("not within 30 s: " + session + " is " + tally);
      }
      tally = tally(session);
    }
    return MeasuredSession.of(tally.get());
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
