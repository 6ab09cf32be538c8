package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Counts;
import dev.kinebeam.schemas.alert.Episode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/** The state as bytes; the first one is their version. */
final class OrgAlertsCoder extends AtomicCoder<OrgAlerts> {
  static final OrgAlertsCoder INSTANCE = new OrgAlertsCoder();
  private static final int VERSION = 1;

  private OrgAlertsCoder() {}

  @Override
  public void encode(OrgAlerts state, OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeByte(VERSION);
    OrgTally tally = state.tally();
    out.writeLong(tally.ttfbLimitMs());
    write(out, tally.recent());
    write(out, tally.lastDay());
    write(out, tally.baseline());
    VarInt.encode(tally.exercises().size(), out);
    for (Map.Entry<String, RollingCounts> exercise : tally.exercises().entrySet()) {
      StringUtf8Coder.of().encode(exercise.getKey(), out);
      write(out, exercise.getValue());
    }
    VarInt.encode(state.episodes().size(), out);
    for (Map.Entry<Subject, Episode> entry : state.episodes().entrySet()) {
      StringUtf8Coder.of().encode(entry.getKey().rule().code(), out);
      StringUtf8Coder.of().encode(entry.getKey().id(), out);
      out.writeLong(entry.getValue().openedAtMs());
      out.writeLong(entry.getValue().calmSinceMs());
    }
    out.writeLong(state.sweptBucket());
  }

  @Override
  public OrgAlerts decode(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new CoderException("state of alerts has version " + version + ", not " + VERSION);
    }
    long ttfbLimitMs = in.readLong();
    RollingCounts recent = readWindow(in);
    RollingCounts lastDay = readWindow(in);
    RollingCounts baseline = readWindow(in);
    Map<String, RollingCounts> exercises = new HashMap<>();
    for (int left = VarInt.decodeInt(in); left > 0; left--) {
      exercises.put(StringUtf8Coder.of().decode(in), readWindow(in));
    }
    Map<Subject, Episode> episodes = new HashMap<>();
    for (int left = VarInt.decodeInt(in); left > 0; left--) {
      AlertRule rule = AlertRule.of(StringUtf8Coder.of().decode(in));
      Subject subject = new Subject(rule, StringUtf8Coder.of().decode(in));
      episodes.put(subject, new Episode(in.readLong(), in.readLong()));
    }
    return new OrgAlerts(
        new OrgTally(ttfbLimitMs, recent, lastDay, baseline, exercises), episodes, in.readLong());
  }

  private static void write(DataOutputStream out, RollingCounts window) throws IOException {
    out.writeLong(window.bucketMs());
    out.writeLong(window.firstBucket());
    VarInt.encode(window.size(), out);
    for (int place = 0; place < window.size(); place++) {
      Counts counts = window.sum(place);
      VarInt.encode(window.bucket(place) - window.firstBucket(), out);
      VarInt.encode(counts.sessions(), out);
      VarInt.encode(counts.faulty(), out);
      VarInt.encode(counts.timed(), out);
      VarInt.encode(counts.slow(), out);
      VarInt.encode(counts.played(), out);
      VarInt.encode(counts.stalled(), out);
      VarInt.encode(counts.stallMs(), out);
      VarInt.encode(counts.watchedMs(), out);
    }
  }

  private static RollingCounts readWindow(DataInputStream in) throws IOException {
    long bucketMs = in.readLong();
    long firstBucket = in.readLong();
    long[] buckets = new long[VarInt.decodeInt(in)];
    Counts[] sums = new Counts[buckets.length];
    for (int place = 0; place < buckets.length; place++) {
      buckets[place] = VarInt.decodeLong(in) + firstBucket;
      sums[place] =
          new Counts(
              VarInt.decodeLong(in),
              VarInt.decodeLong(in),
              VarInt.decodeLong(in),
              VarInt.decodeLong(in),
              VarInt.decodeLong(in),
              VarInt.decodeLong(in),
              VarInt.decodeLong(in),
              VarInt.decodeLong(in));
    }
    return RollingCounts.of(bucketMs, firstBucket, buckets, sums);
  }
}
