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

/** News as bytes; the first one tells the kind, and with it the version of what follows. */
final class OrgNewsCoder extends AtomicCoder<OrgNews> {
  static final OrgNewsCoder INSTANCE = new OrgNewsCoder();
  private static final int WAKE = 0;
  private static final int SIGN = 1;
  private static final int HAS_MEDIA = 1;
  private static final int HAS_TTFB = 2;
  private static final int FAULTY = 4;

  private OrgNewsCoder() {}

  @Override
  public void encode(OrgNews news, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    if (!(news instanceof SessionSign sign)) {
      out.writeByte(WAKE);
      return;
    }
    out.writeByte(SIGN);
    UuidCoder.of().encode(sign.sessionId(), out);
    out.writeLong(sign.startedAtMs());
    VarInt.encode(sign.eventsSeen(), out);
    out.writeByte(
        (sign.mediaId() == null ? 0 : HAS_MEDIA)
            | (sign.ttfbMs() == null ? 0 : HAS_TTFB)
            | (sign.faulty() ? FAULTY : 0));
    if (sign.mediaId() != null) {
      StringUtf8Coder.of().encode(sign.mediaId(), out);
    }
    if (sign.ttfbMs() != null) {
      VarInt.encode(sign.ttfbMs(), out);
    }
    VarInt.encode(sign.stallMs(), out);
    VarInt.encode(sign.watchedMs(), out);
  }

  @Override
  public OrgNews decode(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int kind = in.readUnsignedByte();
    if (kind == WAKE) {
      return new OrgNews.Wake();
    }
    if (kind != SIGN) {
      throw new CoderException("news of kind " + kind + " for the alerts of an organisation");
    }
    var sessionId = UuidCoder.of().decode(in);
    long startedAtMs = in.readLong();
    int eventsSeen = VarInt.decodeInt(in);
    int flags = in.readUnsignedByte();
    return new SessionSign(
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
