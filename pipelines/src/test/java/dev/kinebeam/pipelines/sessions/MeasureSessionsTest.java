package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.MediaRecordCoder;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** When rows are emitted, on a clock of the test's own. */
class MeasureSessionsTest {
  private static final SilenceTimeouts SILENCE =
      new SilenceTimeouts(Duration.ofSeconds(60), Duration.ofMinutes(30), Duration.ofHours(24));
  private static final double DAY = 86_400;

  private TestStream.Builder<MediaRecord> stream =
      TestStream.create(MediaRecordCoder.of())
          .advanceWatermarkTo(Instant.ofEpochMilli(Played.BEGIN_MS));

  @Test
  void theRowIsEmittedAtOnceWhenThePlayerEnds() {
    arrive(Played.session(1).start(0).play(1, 0).end(20, 19, "abandoned", 16));

    assertRows(
        rows -> {
          assertThat(rows).singleElement().satisfies(row -> assertEnded(row, "client", 3));
          return null;
        });
  }

  @Test
  void aRunningSessionIsEmittedOncePerInterval() {
    Played session = Played.session(2).start(0).play(1, 0);
    arrive(session, 0, 1);
    wallClock(4);
    arrive(session, 1, 2);
    wallClock(7);
    arrive(session.heartbeat(11, 10, 0, 0), 2, 3);
    wallClock(11);
    wallClock(11);
    arrive(session.end(20, 19, "abandoned", 16), 3, 4);

    assertRows(
        rows -> {
          assertThat(rows)
              .extracting(r -> r.metrics().trust().eventsSeen())
              .containsExactly(2, 3, 4);
          return null;
        });
  }

  @Test
  void whatComesAfterTheEndIsEmittedWithinTheInterval() {
    Played session = Played.session(3).play(1, 0).heartbeat(11, 10, 0, 0).end(20, 19, "error", 16);
    arrive(session, 2, 3);
    arrive(session, 0, 2);
    wallClock(11);

    assertRows(
        rows -> {
          assertThat(rows).extracting(r -> r.metrics().trust().eventsSeen()).containsExactly(1, 3);
          return null;
        });
  }

  @Test
  void repetitionsChangeNothing() {
    Played session = Played.session(4).start(0).play(1, 0).end(20, 19, "abandoned", 16);
    arrive(session);
    arrive(session);
    wallClock(11);

    assertRows(
        rows -> {
          assertThat(rows).hasSize(1);
          return null;
        });
  }

  @Test
  void aMinuteWithoutAHeartbeatClosesAPlayingSession() {
    Played session = Played.session(5).start(0).play(1, 0);
    arrive(session);
    watermark(60);
    arrive(session.heartbeat(60.5, 50, 0, 0), 2, 3);
    watermark(119);
    watermark(122);
    arrive(session.end(200, 60, "abandoned", 50), 3, 4);

    assertRows(
        rows -> {
          assertThat(closedBySilence(rows)).containsExactly(3);
          assertEnded(rows.get(rows.size() - 1), "client", 4);
          return null;
        });
  }

  @Test
  void aPauseMayLastHalfAnHour() {
    Played session = Played.session(6).play(1, 0).pause(5, 4);
    arrive(session);
    watermark(1_800);
    arrive(session.play(1_801, 4), 2, 3);
    watermark(1_850);
    arrive(session.end(1_860, 60, "abandoned", 50), 3, 4);

    assertRows(
        rows -> {
          assertThat(closedBySilence(rows)).isEmpty();
          return null;
        });
  }

  @Test
  void aSessionThatNeverPlaysIsWaitedForLikeAPause() {
    arrive(Played.session(7).start(0));
    watermark(1_799);
    watermark(1_801);

    assertRows(
        rows -> {
          assertThat(closedBySilence(rows)).containsExactly(1);
          return null;
        });
  }

  @Test
  void aClosedSessionIsOpenedByTheNextEvent() {
    Played session = Played.session(8).play(1, 0);
    arrive(session);
    watermark(62);
    arrive(session.heartbeat(100, 30, 0, 0), 1, 2);
    wallClock(11);
    arrive(session.end(120, 50, "abandoned", 41), 2, 3);

    assertRows(
        rows -> {
          assertThat(rows)
              .extracting(r -> String.valueOf(r.metrics().identity().endedBy()))
              .containsExactly("timeout", "null", "client");
          return null;
        });
  }

  @Test
  void theStateOfAClosedSessionIsDeletedAfterADay() {
    Played session = Played.session(9).start(0).play(1, 0).end(20, 19, "abandoned", 16);
    arrive(session);
    watermark(DAY + 19);
    arrive(session.heartbeat(12, 11, 0, 0), 3, 4);
    wallClock(11);
    watermark(2 * DAY + 60);
    arrive(session.heartbeat(13, 12, 0, 0), 4, 5);
    wallClock(11);

    assertRows(
        rows -> {
          // The last event found nothing: it begins a tally of its own.
          assertThat(rows)
              .extracting(r -> r.metrics().trust().eventsSeen())
              .startsWith(1)
              .contains(3, 4);
          return null;
        });
  }

  @Test
  void anEventFromTheDistantPastIsMergedAndClosed() {
    Played session = Played.session(10).play(1, 0);
    watermark(DAY);
    arrive(session);
    watermark(DAY + 1);

    assertRows(
        rows -> {
          assertThat(closedBySilence(rows)).containsExactly(1);
          return null;
        });
  }

  @Test
  void whatAnotherPatientSendsIsRefusedAndTheOwnersRowStands() {
    Played session = Played.session(11).start(0).play(1, 0).end(20, 19, "abandoned", 16);
    arrive(session);
    for (MediaRecord record : session.heartbeat(30, 100, 9, 9).records()) {
      MediaRecord foreign = Played.of(new UUID(8, 1), new UUID(8, 2), record);
      long time = foreign.receivedAtMs() + 60_000;
      stream =
          stream.addElements(
              TimestampedValue.of(
                  new MediaRecord(
                      foreign.orgId(),
                      foreign.patientId(),
                      time,
                      foreign.sentAtMs(),
                      foreign.client(),
                      foreign.event()),
                  Instant.ofEpochMilli(time)));
    }
    wallClock(11);
    MeasuredSession expected = MeasuredSession.of(Played.tallyOf(session.records().subList(0, 3)));

    Pipeline pipeline = Pipeline.create();
    var measured =
        pipeline
            .apply("Events", stream.advanceWatermarkToInfinity())
            .apply("Measure sessions", MeasureSessions.closingAfter(SILENCE));
    PAssert.that(measured.output()).containsInAnyOrder(expected);
    PAssert.that(measured.failures())
        .satisfies(
            deadLetters -> {
              int events = 0;
              for (DeadLetter deadLetter : deadLetters) {
                events += TakeOver.of(deadLetter).orElseThrow().events();
              }
              assertThat(events).isEqualTo(4);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  private void arrive(Played session) {
    arrive(session, 0, session.records().size());
  }

  private void arrive(Played session, int from, int to) {
    for (MediaRecord record : session.records().subList(from, to)) {
      stream =
          stream.addElements(
              TimestampedValue.of(record, Instant.ofEpochMilli(record.receivedAtMs())));
    }
  }

  private void watermark(double seconds) {
    stream =
        stream.advanceWatermarkTo(
            Instant.ofEpochMilli(Played.BEGIN_MS + Math.round(seconds * 1000)));
  }

  private void wallClock(long seconds) {
    stream = stream.advanceProcessingTime(org.joda.time.Duration.standardSeconds(seconds));
  }

  private void assertRows(SerializableFunction<List<MeasuredSession>, Void> expected) {
    Pipeline pipeline = Pipeline.create();
    PCollection<MeasuredSession> rows =
        pipeline
            .apply("Events", stream.advanceWatermarkToInfinity())
            .apply("Measure sessions", MeasureSessions.closingAfter(SILENCE))
            .output();
    PAssert.that(rows)
        .satisfies(
            found -> {
              List<MeasuredSession> sorted = new ArrayList<>();
              found.forEach(sorted::add);
              sorted.sort(Comparator.comparing(row -> row.metrics().trust().eventsSeen()));
              return expected.apply(sorted);
            });
    pipeline.run().waitUntilFinish();
  }

  private static List<Integer> closedBySilence(List<MeasuredSession> rows) {
    return rows.stream()
        .filter(row -> "timeout".equals(row.metrics().identity().endedBy()))
        .map(row -> row.metrics().trust().eventsSeen())
        .toList();
  }

  private static void assertEnded(MeasuredSession row, String by, int events) {
    assertThat(row.metrics().identity().endedBy()).isEqualTo(by);
    assertThat(row.metrics().trust().eventsSeen()).isEqualTo(events);
  }
}
