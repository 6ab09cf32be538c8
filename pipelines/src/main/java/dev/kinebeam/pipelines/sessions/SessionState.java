package dev.kinebeam.pipelines.sessions;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/**
 * What is kept of one session between its events. Immutable, so that a snapshot taken while the job
 * continues never sees a later change.
 *
 * @param checkAtMs when the session is next looked at for silence, by the clock of watermarks
 * @param writeDue a live row has been promised
 * @param unwritten something has changed since the last row
 */
record SessionState(SessionTally tally, long checkAtMs, boolean writeDue, boolean unwritten) {

  /** The state as bytes. */
  static final class Codec extends AtomicCoder<SessionState> {
    static final Codec INSTANCE = new Codec();

    private Codec() {}

    @Override
    public void encode(SessionState state, OutputStream stream) throws IOException {
      DataOutputStream out = new DataOutputStream(stream);
      out.writeLong(state.checkAtMs);
      out.writeBoolean(state.writeDue);
      out.writeBoolean(state.unwritten);
      SessionTallyCoder.of().encode(state.tally, out);
    }

    @Override
    public SessionState decode(InputStream stream) throws IOException {
      DataInputStream in = new DataInputStream(stream);
      long checkAt = in.readLong();
      boolean writeDue = in.readBoolean();
      boolean unwritten = in.readBoolean();
      return new SessionState(SessionTallyCoder.of().decode(in), checkAt, writeDue, unwritten);
    }
  }
}
