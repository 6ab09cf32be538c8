package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.MediaRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The property: a session is the merge of its events, whatever order, repetition or grouping. */
class SessionTallyTest {

  @Property(tries = 300)
  void anyOrderGivesTheSameTally(@ForAll("sessions") List<MediaRecord> session, @ForAll long seed) {
    List<MediaRecord> shuffled = new ArrayList<>(session);
    Collections.shuffle(shuffled, new Random(seed));

    assertSame(Played.tallyOf(shuffled), Played.tallyOf(session));
  }

  @Property(tries = 300)
  void anyRepetitionGivesTheSameTally(
      @ForAll("sessions") List<MediaRecord> session, @ForAll long seed) {
    Random random = new Random(seed);
    List<MediaRecord> repeated = new ArrayList<>(session);
    for (int i = 0; i < session.size() * 2; i++) {
      repeated.add(random.nextInt(repeated.size()), session.get(random.nextInt(session.size())));
    }

    assertSame(Played.tallyOf(repeated), Played.tallyOf(session));
  }

  @Property(tries = 300)
  void anyGroupingGivesTheSameTally(
      @ForAll("sessions") List<MediaRecord> session, @ForAll long seed) {
    Random random = new Random(seed);
    List<SessionTally> parts = new ArrayList<>();
    session.forEach(record -> parts.add(SessionTally.of(record)));
    while (parts.size() > 1) {
      SessionTally a = parts.remove(random.nextInt(parts.size()));
      SessionTally b = parts.remove(random.nextInt(parts.size()));
      parts.add(SessionTally.merge(a, b));
    }

    assertSame(parts.get(0), Played.tallyOf(session));
  }

  @Property(tries = 300)
  void overlappingPartsGiveTheSameTally(
      @ForAll("sessions") List<MediaRecord> session, @ForAll long seed) {
    Random random = new Random(seed);
    int from = random.nextInt(session.size());
    int to = from + random.nextInt(session.size() - from);
    SessionTally head = Played.tallyOf(session.subList(0, to + 1));
    SessionTally tail = Played.tallyOf(session.subList(from, session.size()));

    assertSame(SessionTally.merge(head, tail), Played.tallyOf(session));
    assertSame(SessionTally.merge(tail, head), Played.tallyOf(session));
  }

  @Property(tries = 100)
  void whatIsKnownAlreadyChangesNothing(@ForAll("sessions") List<MediaRecord> session) {
    SessionTally whole = Played.tallyOf(session);

    for (MediaRecord record : session) {
      assertThat(SessionTally.merge(whole, SessionTally.of(record))).isSameAs(whole);
    }
  }

  private static void assertSame(SessionTally actual, SessionTally expected) {
    assertThat(actual).isEqualTo(expected);
    assertThat(MeasuredSession.of(actual)).isEqualTo(MeasuredSession.of(expected));
  }

  @Provide
  Arbitrary<List<MediaRecord>> sessions() {
    return Arbitraries.longs().map(seed -> SessionScripts.any(new Random(seed)));
  }
}
