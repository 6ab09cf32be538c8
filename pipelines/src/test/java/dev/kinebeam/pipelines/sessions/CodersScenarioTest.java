package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.MediaRecordCoder;
import dev.kinebeam.beam.UuidCoder;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.util.CoderUtils;

/** What is encoded comes back equal: state, shuffled tallies, rows. */
class CodersScenarioTest {

  @Property(tries = 200)
  void tallies(@ForAll("sessions") List<MediaRecord> session, @ForAll boolean closed)
      throws Exception {
    SessionTally tally = Played.tallyOf(session);
    SessionTally kept = closed ? tally.closedByTimeout() : tally;

    assertComesBack(SessionTallyCoder.of(), kept);
    assertComesBack(SessionState.Codec.INSTANCE, new SessionState(kept, 42, closed, !closed));
    assertComesBack(JsonCoder.of(MeasuredSession.class), MeasuredSession.of(kept));
  }

  @Property(tries = 100)
  void records(@ForAll("sessions") List<MediaRecord> session) throws Exception {
    for (MediaRecord record : session) {
      assertComesBack(MediaRecordCoder.of(), record);
      assertComesBack(UuidCoder.of(), record.event().eventId());
    }
  }

  /** Fifty events, as a session of eight minutes has, in what the shuffle and checkpoints carry. */
  @Property(tries = 1)
  void aUsualTallyIsSmall() throws Exception {
    Played session = Played.session(1).start(0).play(1, 0).stall(20, 19).resume(22, 19, 2000);
    for (int i = 0; i < 46; i++) {
      session.heartbeat(30 + 10 * i, 25 + 10 * i, 1, 2000);
    }

    assertThat(CoderUtils.encodeToByteArray(SessionTallyCoder.of(), session.tally()))
        .hasSizeLessThan(2000);
  }

  private static <T> void assertComesBack(Coder<T> coder, T value) throws Exception {
    byte[] bytes = CoderUtils.encodeToByteArray(coder, value);

    assertThat(CoderUtils.decodeFromByteArray(coder, bytes)).isEqualTo(value);
  }

  @Provide
  Arbitrary<List<MediaRecord>> sessions() {
    return Arbitraries.longs().map(seed -> SessionScripts.any(new Random(seed)));
  }
}
