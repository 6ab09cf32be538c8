package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.UuidCoder;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/** News as bytes; the first one is the kind, and with it the version of what follows. */
final class OrgInputCoder extends AtomicCoder<OrgInput> {
  static final OrgInputCoder INSTANCE = new OrgInputCoder();
  private static final int WAKE = 0;
  private static final int INDICATORS = 1;
  private static final int HAS_MEDIA = 1;
  private static final int HAS_TTFB = 2;
  private static final int FAULTY = 4;

  private OrgInputCoder() {}

  @Override
  public void encode(OrgInput input, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    if (!(input instanceof SessionIndicators indicators)) {
      out.writeByte(WAKE);
      return;
    }
    out.writeByte(INDICATORS);
    UuidCoder.of().encode(indicators.sessionId(), out);
    out.writeLong(indicators.startedAtMs());
    VarInt.encode(indicators.eventsSeen(), out);
    out.writeByte(
        (indicators.mediaId() == null ? 0 : HAS_MEDIA)
            | (indicators.ttfbMs() == null ? 0 : HAS_TTFB)
            | (indicators.faulty() ? FAULTY : 0));
    if (indicators.mediaId() != null) {
      StringUtf8Coder.of().encode(indicators.mediaId(), out);
    }
    if (indicators.ttfbMs() != null) {
      VarInt.encode(indicators.ttfbMs(), out);
    }
    VarInt.encode(indicators.stallMs(), out);
    VarInt.encode(indicators.watchedMs(), out);
  }

  @Override
  public OrgInput decode(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int kind = in.readUnsignedByte();
    if (kind == WAKE) {
      return new OrgInput.Wake();
    }
    if (kind != INDICATORS) {
      throw new CoderException("news of kind " + kind + " for the alerts of an organisation");
    }
    var sessionId = UuidCoder.of().decode(in);
    long startedAtMs = in.readLong();
    int eventsSeen = VarInt.decodeInt(in);
    int flags = in.readUnsignedByte();
    return new SessionIndicators(
        sessionId,
        startedAtMs,
        eventsSeen,
        (flags & HAS_MEDIA) == 0 ? null : StringUtf8Coder.of().decode(in),
        (flags & HAS_TTFB) == 0 ? null : VarInt.decodeLong(in),
        (flags & FAULTY) != 0,
        VarInt.decodeLong(in),
        VarInt.decodeLong(in));
  }
}
