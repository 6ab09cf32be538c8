package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Sessions as people make them, and as broken players make them. */
final class SessionScripts {
  private SessionScripts() {}

  /** One to forty events of every type; some without numbers, clocks off, ids used twice. */
  static List<MediaRecord> any(Random random) {
    Played session = Played.session(random.nextInt(1000));
    if (random.nextInt(3) == 0) {
      session = session.withoutSeq();
    }
    if (random.nextInt(4) == 0) {
      session = session.clockBehindMs(random.nextInt(4_000_000) - 2_000_000);
    }
    double at = 0;
    double position = 0;
    int steps = 1 + random.nextInt(40);
    for (int i = 0; i < steps; i++) {
      // Often the same moment and the same place: ties are where merges break.
      at += random.nextInt(3) * random.nextDouble();
      position += random.nextInt(2);
      step(session, random, at, position);
    }
    List<MediaRecord> records = new ArrayList<>(session.records());
    if (random.nextInt(4) == 0) {
      records.add(sameIdOtherContent(records.get(random.nextInt(records.size())), random));
    }
    return records;
  }

  private static void step(Played session, Random random, double at, double position) {
    switch (random.nextInt(12)) {
      case 0 -> session.start(at);
      case 1 -> session.play(at, position);
      case 2 -> session.pause(at, position);
      case 3 -> session.seek(at, position, random.nextInt(120));
      case 4, 5 -> session.heartbeat(at, position, random.nextInt(3), random.nextInt(5000));
      case 6 -> session.stall(at, position);
      case 7 -> session.resume(at, position, random.nextInt(4000));
      case 8 -> session.quality(at, position, text(random), text(random));
      case 9 -> session.milestone(at, 25 * (1 + random.nextInt(3)));
      case 10 -> session.error(at, "CODE_" + random.nextInt(4), random.nextInt(5) == 0);
      default -> session.end(at, position, "abandoned", totals(random));
    }
  }

  private static String text(Random random) {
    List<String> resolutions = Arrays.asList("480p", "720p", "1280x720", "6x", "v9", "", null);
    return resolutions.get(random.nextInt(resolutions.size()));
  }

  private static EventData.Totals totals(Random random) {
    List<String> types = new ArrayList<>(List.of("CODE_1", "CODE_9", "TIMEOUT"));
    Collections.shuffle(types, random);
    return new EventData.Totals(
        random.nextBoolean() ? null : random.nextDouble() * 120,
        random.nextBoolean() ? null : random.nextDouble() * 100,
        random.nextBoolean() ? null : (long) random.nextInt(3),
        random.nextBoolean() ? null : (long) random.nextInt(9000),
        1L,
        null,
        5L,
        3615L,
        random.nextBoolean() ? null : (long) random.nextInt(3),
        types.subList(0, random.nextInt(4)));
  }

  private static MediaRecord sameIdOtherContent(MediaRecord record, Random random) {
    MediaEvent event = record.event();
    return new MediaRecord(
        record.orgId(),
        record.patientId(),
        record.receivedAtMs() + random.nextInt(3),
        record.sentAtMs(),
        record.client(),
        new MediaEvent(
            event.eventId(),
            EventType.HEARTBEAT,
            event.sessionId(),
            event.timestampMs(),
            event.seq(),
            "other-media",
            "audio",
            null,
            new EventData.Heartbeat(
                (double) random.nextInt(50),
                totals(random),
                null,
                77L,
                null,
                null,
                new EventData.Network("3g", 0.5, null))));
  }
}
