package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;

/**
 * The best picture and the worst network of the session.
 *
 * @param peakBitrate bits per second, -1 unknown
 * @param peakResolution such as {@code 720p}, null unknown; by lines, then by text
 * @param minBandwidth Mb/s, infinite when unknown
 */
record Extremes(long peakBitrate, String peakResolution, double minBandwidth) {
  static final long UNKNOWN = -1;
  static final Extremes NONE = new Extremes(UNKNOWN, null, Double.POSITIVE_INFINITY);

  static Extremes of(EventData data) {
    if (data instanceof EventData.Heartbeat it) {
      long bitrate = Math.max(orUnknown(it.peakBitrate()), orUnknown(it.currentBitrate()));
      return of(bitrate, it.currentResolution(), it.network());
    } else if (data instanceof EventData.SessionStart it) {
      return of(orUnknown(it.initialBitrate()), it.initialResolution(), it.network());
    } else if (data instanceof EventData.QualityChange it) {
      long bitrate = Math.max(orUnknown(it.fromBitrate()), orUnknown(it.toBitrate()));
      String resolution = better(it.fromResolution(), it.toResolution());
      return of(bitrate, resolution, EventData.Network.UNKNOWN);
    } else if (data instanceof EventData.BufferingStart it) {
      return of(UNKNOWN, null, it.network());
    }
    return NONE;
  }

  private static Extremes of(long bitrate, String resolution, EventData.Network network) {
    Double bandwidth = network.effectiveBandwidth();
    return new Extremes(
        bitrate, resolution, bandwidth == null ? Double.POSITIVE_INFINITY : bandwidth);
  }

  Extremes merge(Extremes other) {
    Extremes merged =
        new Extremes(
            Math.max(peakBitrate, other.peakBitrate),
            better(peakResolution, other.peakResolution),
            Math.min(minBandwidth, other.minBandwidth));
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }

  void write(FactWriter out) {
    out.number(peakBitrate);
    out.optionalText(peakResolution);
    out.decimal(minBandwidth);
  }

  static Extremes read(FactReader in) {
    return new Extremes(in.number(), in.optionalText(), in.decimal());
  }

  private static String better(String a, String b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    int byLines = Long.compare(lines(a), lines(b));
    return (byLines == 0 ? TextOrder.BY_CODE_POINT.compare(a, b) : byLines) >= 0 ? a : b;
  }

  /**
   * 720 of {@code 720p}; 720 of {@code 1280x720}; -1 of anything else. {@link SessionTable} has the
   * same rule in SQL.
   */
  private static long lines(String resolution) {
    int from = Math.max(resolution.lastIndexOf('x'), resolution.lastIndexOf('×')) + 1;
    long lines = -1;
    for (int i = from; i < resolution.length() && i < from + 6; i++) {
      int digit = resolution.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      lines = Math.max(lines, 0) * 10 + digit;
    }
    return lines;
  }

  private static long orUnknown(Long value) {
    return value == null ? UNKNOWN : value;
  }
}
