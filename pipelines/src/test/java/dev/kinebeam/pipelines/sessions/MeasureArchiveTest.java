package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.MediaRecordCoder;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.MediaRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** What the archive gives is what the stream gave. */
class MeasureArchiveTest {
  private static final SilenceTimeouts SILENCE =
      new SilenceTimeouts(Duration.ofSeconds(60), Duration.ofMinutes(30), Duration.ofHours(24));
  private static final long DAY_MS = 86_400_000;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an empty array, to be grown
  private static final TimestampedValue<MediaRecord>[] NONE = new TimestampedValue[0];

  @Property(tries = 3)
  void theArchiveGivesTheStreamsLastRows(@ForAll long seed) {
    Random random = new Random(seed);
    List<MediaRecord> records = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      records.addAll(SessionScripts.any(random));
    }
    List<MediaRecord> shuffled = new ArrayList<>(records);
    Collections.shuffle(shuffled, random);
    records.sort(Comparator.comparingLong(MediaRecord::receivedAtMs));

    List<String> archived = new ArrayList<>();
    for (MeasuredSession row : archive(shuffled, Played.BEGIN_MS + DAY_MS / 2)) {
      archived.add(text(row));
    }
    Collections.sort(archived);
    assertStreamEnds(records, archived);
  }

  @Test
  void silenceIsOnlyReadUpToTheHorizon() {
    List<MediaRecord> records = Played.session(1).start(0).play(1, 0).records();
    long heard = records.get(1).receivedAtMs();

    assertThat(archive(records, heard + 59_999).get(0).metrics().identity().endedBy()).isNull();
    assertThat(archive(records, heard + 60_000).get(0).metrics().identity().endedBy())
        .isEqualTo("timeout");
  }

  /** The archive's rows, by the transform's own two halves: the merge, then the closing. */
  private static List<MeasuredSession> archive(List<MediaRecord> records, long horizonMs) {
    Map<UUID, MeasuredSession> rows = RowsOfRun.collect();
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(records).withCoder(MediaRecordCoder.of()))
        .apply(MeasureArchive.asOf(java.time.Instant.ofEpochMilli(horizonMs), SILENCE))
        .apply(RowsOfRun.kept());
    pipeline.run().waitUntilFinish();
    return new ArrayList<>(rows.values());
  }

  private static void assertStreamEnds(List<MediaRecord> records, List<String> expected) {
    TestStream.Builder<MediaRecord> stream =
        TestStream.create(MediaRecordCoder.of())
            .advanceWatermarkTo(Instant.ofEpochMilli(Played.BEGIN_MS));
    // A few arrivals at a time: each is a bundle of its own, and a reading of the clock.
    for (List<MediaRecord> arrival : inParts(records, 4)) {
      List<TimestampedValue<MediaRecord>> elements = new ArrayList<>();
      for (MediaRecord record : arrival) {
        elements.add(TimestampedValue.of(record, Instant.ofEpochMilli(record.receivedAtMs())));
      }
      stream =
          stream.addElements(elements.get(0), elements.subList(1, elements.size()).toArray(NONE));
    }
    Pipeline pipeline = Pipeline.create();
    PCollection<MeasuredSession> rows =
        pipeline
            .apply(
                stream
                    .advanceWatermarkTo(Instant.ofEpochMilli(Played.BEGIN_MS + DAY_MS / 2))
                    .advanceWatermarkToInfinity())
            .apply(MeasureSessions.closingAfter(SILENCE))
            .output();
    PAssert.that(rows)
        .satisfies(
            all -> {
              Map<UUID, MeasuredSession> last = new HashMap<>();
              for (MeasuredSession row : all) {
                last.merge(row.metrics().identity().sessionId(), row, MeasureArchiveTest::laterOf);
              }
              List<String> emitted = new ArrayList<>();
              last.values().forEach(row -> emitted.add(text(row)));
              Collections.sort(emitted);
              assertThat(emitted).isEqualTo(expected);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  private static List<List<MediaRecord>> inParts(List<MediaRecord> records, int parts) {
    List<List<MediaRecord>> all = new ArrayList<>();
    int size = (records.size() + parts - 1) / parts;
    for (int from = 0; from < records.size(); from += size) {
      all.add(records.subList(from, Math.min(from + size, records.size())));
    }
    return all;
  }

  private static MeasuredSession laterOf(MeasuredSession a, MeasuredSession b) {
    int byEvents =
        Integer.compare(a.metrics().trust().eventsSeen(), b.metrics().trust().eventsSeen());
    if (byEvents != 0) {
      return byEvents > 0 ? a : b;
    }
    return a.metrics().identity().endedBy() != null ? a : b;
  }

  private static String text(MeasuredSession row) {
    return new String(Json.bytes(row), StandardCharsets.UTF_8);
  }
}
