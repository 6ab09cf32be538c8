package dev.kinebeam.coreapi.bandwidth;

import java.util.Optional;

/** What a connection may carry, the best first; the rates are the platform's for each rendition. */
public enum Rendition {
  FULL_HD("1080p", 5),
  HD("720p", 2),
  LOW("360p", 0.5);

  private final String label;
  private final double mbps;

  Rendition(String label, double mbps) {
    this.label = label;
    this.mbps = mbps;
  }

  /** As answers call it. */
  public String label() {
    return label;
  }

  /** What it needs, in Mb/s. */
  public double mbps() {
    return mbps;
  }

  /** The best that so many Mb/s carry; empty when they carry none. */
  public static Optional<Rendition> carriedBy(double mbps) {
    for (Rendition rendition : values()) {
      if (mbps >= rendition.mbps) {
        return Optional.of(rendition);
      }
    }
    return Optional.empty();
  }
}
