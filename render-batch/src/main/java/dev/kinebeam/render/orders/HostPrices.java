package dev.kinebeam.render.orders;

/**
 * What the video host asks for, in US dollars, by the content pipeline's reference ("Cost shape").
 *
 * @param perMinute of video encoded, once
 * @param perGigabyteMonth of storage; gigabytes of 10⁹ bytes
 */
public record HostPrices(double perMinute, double perGigabyteMonth) {
  /** Bunny Stream's, as the reference has them. */
  public static final HostPrices BUNNY_STREAM = new HostPrices(0.025, 0.03);

  private static final double GIGABYTE = 1e9;

  /** For encoding so many seconds of video. */
  public double encoding(double videoSeconds) {
    return videoSeconds / 60 * perMinute;
  }

  /** For keeping so many bytes, a month. The host's own ladder of renditions may be larger. */
  public double storageAMonth(double bytes) {
    return bytes / GIGABYTE * perGigabyteMonth;
  }
}
