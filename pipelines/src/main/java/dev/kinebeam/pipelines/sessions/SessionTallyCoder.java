package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.util.VarInt;

/**
 * A tally as bytes: what crosses the shuffle and what checkpoints keep. The layout is part of saved
 * state and begins with its version: a job that meets another one stops with a word of advice
 * instead of reading nonsense.
 */
public final class SessionTallyCoder extends AtomicCoder<SessionTally> {
  /** Raised with every change of the layout. */
  static final int VERSION = 2;

  private static final SessionTallyCoder INSTANCE = new SessionTallyCoder();

  private SessionTallyCoder() {}

  public static SessionTallyCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(SessionTally tally, OutputStream stream) throws IOException {
    stream.write(VERSION);
    encodeOne(tally, new FactWriter(stream));
    Wire.writeList(new DataOutputStream(stream), tally.rivals(), this::encodeRival);
  }

  private void encodeRival(DataOutputStream stream, SessionTally rival) throws IOException {
    encodeOne(rival, new FactWriter(stream));
  }

  private void encodeOne(SessionTally tally, FactWriter out) throws IOException {
    Wire.writeUuid(out, tally.sessionId());
    writeOpening(out, tally.opening());
    Timeline time = tally.timeline();
    Wire.writeLong(out, time.firstMs());
    Wire.writeLong(out, time.lastMs());
    Wire.writeLong(out, time.endMs());
    Wire.writeLong(out, time.firstOwnMs());
    Wire.writeLong(out, time.lastOwnMs());
    Wire.writeLong(out, time.lastReceivedMs());
    Wire.writeLong(out, time.leastDelayMs());
    writeEvents(out, tally);
    Viewing viewing = tally.viewing();
    out.writeDouble(viewing.watchedSeconds());
    out.writeDouble(viewing.completionPercent());
    out.writeDouble(viewing.furthestSeconds());
    Wire.writeLong(out, viewing.milestone());
    writeTotals(out, tally.totals());
    Extremes extremes = tally.extremes();
    Wire.writeLong(out, extremes.peakBitrate());
    Wire.writeOptionalText(out, extremes.peakResolution());
    out.writeDouble(extremes.minBandwidth());
    writeLatest(out, tally.latest());
    Wire.writeList(out, tally.faults().types(), Wire::writeText);
    out.writeBoolean(tally.faults().fatal());
    writeStalls(out, tally.stalls());
    VarInt.encode(tally.closedAtEvents(), out);
  }

  @Override
  public SessionTally decode(InputStream stream) throws IOException {
    int version = stream.read();
    if (version != VERSION) {
      throw new IOException(
          "saved sessions are of layout "
              + version
              + ", this job reads "
              + VERSION
              + "; start it without the savepoint, in a new group");
    }
    SessionTally owner = decodeOne(new FactReader(stream));
    List<SessionTally> rivals =
        Wire.readList(new DataInputStream(stream), i -> decodeOne(new FactReader(i)));
    return rivals.isEmpty() ? owner : owner.against(rivals);
  }

  private SessionTally decodeOne(FactReader in) throws IOException {
    return new SessionTally(
        Wire.readUuid(in),
        readOpening(in),
        new Timeline(
            Wire.readLong(in),
            Wire.readLong(in),
            Wire.readLong(in),
            Wire.readLong(in),
            Wire.readLong(in),
            Wire.readLong(in),
            Wire.readLong(in)),
        readEvents(in),
        readSeqs(in),
        new Viewing(in.readDouble(), in.readDouble(), in.readDouble(), (int) Wire.readLong(in)),
        readTotals(in),
        new Extremes(Wire.readLong(in), Wire.readOptionalText(in), in.readDouble()),
        readLatest(in),
        new FaultFacts(Wire.readList(in, Wire::readText), in.readBoolean()),
        readStalls(in),
        VarInt.decodeInt(in),
        List.of());
  }

  private void writeOpening(FactWriter out, Opening opening) throws IOException {
    Wire.writeLong(out, opening.claim().firstReceivedMs());
    Wire.writeUuid(out, opening.claim().orgId());
    Wire.writeUuid(out, opening.claim().patientId());
    out.fact(
        opening.media(),
        (o, v) -> {
          Wire.writeText(o, v.mediaId());
          Wire.writeOptionalText(o, v.mediaType());
        });
    out.fact(opening.renderId(), Wire::writeUuid);
    out.fact(opening.startUp(), this::writeStart);
  }

  private Opening readOpening(FactReader in) throws IOException {
    return new Opening(
        new Claim(Wire.readLong(in), Wire.readUuid(in), Wire.readUuid(in)),
        in.fact(i -> new Opening.Media(Wire.readText(i), Wire.readOptionalText(i))),
        in.fact(Wire::readUuid),
        in.fact(this::readStart));
  }

  private void writeEvents(DataOutputStream out, SessionTally tally) throws IOException {
    long[] events = tally.events().toArray();
    VarInt.encode(events.length, out);
    for (long event : events) {
      out.writeLong(event);
    }
    int[] bounds = tally.seqs().toArray();
    VarInt.encode(bounds.length, out);
    for (int bound : bounds) {
      VarInt.encode(bound, out);
    }
  }

  private static EventSet readEvents(DataInputStream in) throws IOException {
    long[] events = new long[VarInt.decodeInt(in)];
    for (int i = 0; i < events.length; i++) {
      events[i] = in.readLong();
    }
    return EventSet.ofSorted(events);
  }

  private static SeqRanges readSeqs(DataInputStream in) throws IOException {
    int[] bounds = new int[VarInt.decodeInt(in)];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = VarInt.decodeInt(in);
    }
    return SeqRanges.ofBounds(bounds);
  }

  private static void writeTotals(DataOutputStream out, ClientTotals totals) throws IOException {
    Wire.writeLong(out, totals.bufferingCount());
    Wire.writeLong(out, totals.bufferingMs());
    Wire.writeLong(out, totals.bitrateSwitches());
    Wire.writeLong(out, totals.resolutionSwitches());
    Wire.writeLong(out, totals.droppedFrames());
    Wire.writeLong(out, totals.totalFrames());
    Wire.writeLong(out, totals.errorCount());
  }

  private static ClientTotals readTotals(DataInputStream in) throws IOException {
    return new ClientTotals(
        Wire.readLong(in),
        Wire.readLong(in),
        Wire.readLong(in),
        Wire.readLong(in),
        Wire.readLong(in),
        Wire.readLong(in),
        Wire.readLong(in));
  }

  private void writeLatest(FactWriter out, Latest latest) throws IOException {
    out.fact(latest.position(), DataOutputStream::writeDouble);
    out.fact(latest.network(), this::writeNetwork);
    out.fact(
        latest.client(),
        (o, v) -> {
          Wire.writeOptionalText(o, v.device());
          Wire.writeOptionalText(o, v.os());
          Wire.writeOptionalText(o, v.browser());
          Wire.writeOptionalText(o, v.appVersion());
        });
    out.fact(latest.avgBitrate(), Wire::writeLong);
    out.fact(latest.playing(), DataOutputStream::writeBoolean);
  }

  private Latest readLatest(FactReader in) throws IOException {
    return new Latest(
        in.fact(DataInputStream::readDouble),
        in.fact(this::readNetwork),
        in.fact(
            i ->
                new MediaRecord.Client(
                    Wire.readOptionalText(i),
                    Wire.readOptionalText(i),
                    Wire.readOptionalText(i),
                    Wire.readOptionalText(i))),
        in.fact(Wire::readLong),
        in.fact(DataInputStream::readBoolean));
  }

  private void writeStart(DataOutputStream out, EventData.SessionStart it) throws IOException {
    Wire.writeOptionalDouble(out, it.totalDurationSeconds());
    Wire.writeOptionalLong(out, it.ttfbMs());
    Wire.writeOptionalLong(out, it.videoLoadTimeMs());
    Wire.writeOptionalLong(out, it.cdnResponseTimeMs());
    writeNetwork(out, it.network());
    Wire.writeOptionalLong(out, it.initialBitrate());
    Wire.writeOptionalText(out, it.initialResolution());
  }

  private EventData.SessionStart readStart(DataInputStream in) throws IOException {
    return new EventData.SessionStart(
        Wire.readOptionalDouble(in),
        Wire.readOptionalLong(in),
        Wire.readOptionalLong(in),
        Wire.readOptionalLong(in),
        readNetwork(in),
        Wire.readOptionalLong(in),
        Wire.readOptionalText(in));
  }

  private void writeStalls(FactWriter out, StallLog log) throws IOException {
    Wire.writeList(out, log.starts(), (o, v) -> out.reported(v, this::writeStallStart));
    Wire.writeList(out, log.ends(), (o, v) -> out.reported(v, this::writeStallEnd));
    Wire.writeList(out, log.seeks(), (o, v) -> out.reported(v, DataOutputStream::writeDouble));
    out.fact(log.firstPlay(), DataOutputStream::writeDouble);
    out.order(log.firstProgress());
  }

  private StallLog readStalls(FactReader in) throws IOException {
    return new StallLog(
        Wire.readList(in, i -> in.reported(this::readStallStart)),
        Wire.readList(in, i -> in.reported(this::readStallEnd)),
        Wire.readList(in, i -> in.reported(DataInputStream::readDouble)),
        in.fact(DataInputStream::readDouble),
        in.order());
  }

  private void writeStallStart(DataOutputStream out, EventData.BufferingStart it)
      throws IOException {
    out.writeDouble(it.positionSeconds());
    Wire.writeOptionalLong(out, it.bitrateBefore());
    Wire.writeOptionalText(out, it.resolutionBefore());
    Wire.writeOptionalLong(out, it.cdnResponseTimeMs());
    writeNetwork(out, it.network());
  }

  private EventData.BufferingStart readStallStart(DataInputStream in) throws IOException {
    return new EventData.BufferingStart(
        in.readDouble(),
        Wire.readOptionalLong(in),
        Wire.readOptionalText(in),
        Wire.readOptionalLong(in),
        readNetwork(in));
  }

  private void writeStallEnd(DataOutputStream out, EventData.BufferingEnd it) throws IOException {
    out.writeDouble(it.positionSeconds());
    Wire.writeLong(out, it.durationMs());
    Wire.writeOptionalLong(out, it.bitrateAfter());
    Wire.writeOptionalText(out, it.resolutionAfter());
    Wire.writeNullable(out, it.recovered(), DataOutputStream::writeBoolean);
  }

  private EventData.BufferingEnd readStallEnd(DataInputStream in) throws IOException {
    return new EventData.BufferingEnd(
        in.readDouble(),
        Wire.readLong(in),
        Wire.readOptionalLong(in),
        Wire.readOptionalText(in),
        Wire.readNullable(in, DataInputStream::readBoolean));
  }

  private void writeNetwork(DataOutputStream out, EventData.Network it) throws IOException {
    Wire.writeOptionalText(out, it.connectionType());
    Wire.writeOptionalDouble(out, it.effectiveBandwidth());
    Wire.writeOptionalLong(out, it.rttMs());
  }

  private EventData.Network readNetwork(DataInputStream in) throws IOException {
    return new EventData.Network(
        Wire.readOptionalText(in), Wire.readOptionalDouble(in), Wire.readOptionalLong(in));
  }
}
