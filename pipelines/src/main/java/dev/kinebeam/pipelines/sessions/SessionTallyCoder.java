package dev.kinebeam.pipelines.sessions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;

/**
 * A tally as bytes: what crosses the shuffle and what checkpoints keep. The layout is part of saved
 * state and begins with its version: a job that meets another one stops with a word of advice
 * instead of reading nonsense.
 */
public final class SessionTallyCoder extends AtomicCoder<SessionTally> {
  /** Raised with every change of the layout. */
  static final int VERSION = 4;

  private static final SessionTallyCoder INSTANCE = new SessionTallyCoder();
  private static final int USUAL_BYTES = 600;

  private SessionTallyCoder() {}

  public static SessionTallyCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(SessionTally tally, OutputStream stream) throws IOException {
    FactWriter out = new FactWriter(USUAL_BYTES + 24 * tally.eventsSeen());
    encodeOne(out, tally);
    out.list(tally.competing(), SessionTallyCoder::encodeOne);
    stream.write(VERSION);
    out.writeTo(stream);
  }

  private static void encodeOne(FactWriter out, SessionTally tally) {
    out.id(tally.sessionId());
    tally.opening().write(out);
    tally.timeline().write(out);
    tally.events().write(out);
    tally.seqs().write(out);
    tally.viewing().write(out);
    tally.totals().write(out);
    tally.extremes().write(out);
    tally.latest().write(out);
    tally.faults().write(out);
    tally.log().write(out);
    tally.details().write(out);
    out.number(tally.closedAtEvents());
  }

  @Override
  public SessionTally decode(InputStream stream) throws IOException {
    int version = stream.read();
    if (version != VERSION) {
      throw new IOException(
          "saved sessions are of layout "
              + version
              + ", this version reads layout "
              + VERSION
              + "; submit the job without its saved state, with --fresh and a new --group");
    }
    FactReader in = FactReader.of(stream);
    SessionTally owner = decodeOne(in);
    List<SessionTally> competing = in.list(SessionTallyCoder::decodeOne);
    return competing.isEmpty() ? owner : owner.against(competing);
  }

  private static SessionTally decodeOne(FactReader in) {
    return new SessionTally(
        in.id(),
        Opening.read(in),
        Timeline.read(in),
        EventSet.read(in),
        SeqRanges.read(in),
        Viewing.read(in),
        ClientTotals.read(in),
        Extremes.read(in),
        Latest.read(in),
        FaultFacts.read(in),
        PlayheadLog.read(in),
        EventDetails.read(in),
        (int) in.number(),
        List.of());
  }
}
