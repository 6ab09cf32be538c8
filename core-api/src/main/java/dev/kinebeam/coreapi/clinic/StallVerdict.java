package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a stall came from, by what is known of it; {@code docs/figures.md} gives the rules
 * and their reasons. Pure.
 */
final class StallVerdict {
  /** A response that takes longer has eaten a quarter of a segment of four seconds. */
  static final long SLOW_RESPONSE_MS = 1_000;

  /** A round trip of a satellite or of a connection whose queues are full. */
  static final long LONG_ROUND_TRIP_MS = 400;

  static final double DROPPED_SHARE = 0.05;

  /** Ten seconds of video; fewer frames say nothing about a device. */
  static final long MIN_FRAMES = 250;

  static final long MIN_OTHERS = 3;
  static final double OTHERS_SHARE = 0.2;

  private StallVerdict() {}

  /** Where a stall came from. */
  enum Verdict {
    NETWORK,
    CDN,
    HOST,
    DEVICE,
    CONTENT,
    UNKNOWN;

    /** As answers hold it. */
    @JsonValue
    String word() {
      return Words.write(this);
    }
  }

  /** What was looked at. */
  enum Code {
    /** A segment could not be loaded; {@code text} has the player's message. */
    SEGMENT_ERROR,
    /** Other patients whose video stalled within half a minute, of those who played then. */
    SAME_MINUTE,
    /** Mb/s that the connection carried, and what the rendition needs. */
    BANDWIDTH,
    /** The CDN's response time in ms. */
    RESPONSE_TIME,
    /** The connection's round trip in ms. */
    ROUND_TRIP,
    /** Other patients whose video stalled at this position, of those who played it. */
    SAME_POSITION,
    /** The share of frames that the device did not show in time. */
    DROPPED_FRAMES;

    /** As answers hold it. */
    @JsonValue
    String word() {
      return Words.write(this);
    }
  }

  /**
   * One thing that was looked at.
   *
   * @param holds whether it explains the stall
   * @param value what was found; null where {@code text} says it
   * @param limit with what it was compared
   * @param n of how many; null where nothing was counted
   */
  record Evidence(
      Code code,
      boolean holds,
      @Nullable Double value,
      @Nullable Double limit,
      @Nullable Long n,
      @Nullable String text) {}

  /** The verdict, with everything that is known, also what speaks against it. */
  record Judgement(Verdict verdict, List<Evidence> evidence) {}

  /**
   * What is known of a stall; what is empty is not known.
   *
   * @param bandwidthMbps what the connection carried when it began
   * @param bitrate of the rendition, in bit/s
   * @param segmentError the player's message, where a segment could not be loaded at that time
   * @param minute empty where the clinic had too many sessions to compare with
   */
  record Facts(
      Optional<Double> bandwidthMbps,
      Optional<Long> bitrate,
      Optional<Long> responseMs,
      Optional<Long> roundTripMs,
      Optional<String> segmentError,
      Optional<Others> minute,
      Optional<Others> position,
      Frames frames) {}

  /**
   * Other patients.
   *
   * @param stalled whose video stalled too
   * @param playing who could have been among them
   */
  record Others(long stalled, long playing) {
    private boolean many() {
      return stalled >= MIN_OTHERS && stalled >= OTHERS_SHARE * playing;
    }
  }

  /** The session's frames. */
  record Frames(long dropped, long total) {}

  /**
   * The first rule that holds decides: what many patients met comes before one patient's
   * connection, since a host that is slow for all makes every connection look slow.
   */
  static Judgement of(Facts facts) {
    List<Evidence> evidence = new ArrayList<>();
    facts
        .segmentError
        .map(text -> new Evidence(Code.SEGMENT_ERROR, true, null, null, null, text))
        .ifPresent(evidence::add);
    facts.minute.map(others -> of(Code.SAME_MINUTE, others)).ifPresent(evidence::add);
    bandwidth(facts).ifPresent(evidence::add);
    facts
        .responseMs
        .map(ms -> atLeast(Code.RESPONSE_TIME, ms, SLOW_RESPONSE_MS))
        .ifPresent(evidence::add);
    facts
        .roundTripMs
        .map(ms -> atLeast(Code.ROUND_TRIP, ms, LONG_ROUND_TRIP_MS))
        .ifPresent(evidence::add);
    facts.position.map(others -> of(Code.SAME_POSITION, others)).ifPresent(evidence::add);
    frames(facts.frames).ifPresent(evidence::add);
    Verdict verdict =
        evidence.stream()
            .filter(Evidence::holds)
            .findFirst()
            .map(one -> verdict(one.code))
            .orElse(Verdict.UNKNOWN);
    return new Judgement(verdict, List.copyOf(evidence));
  }

  private static Verdict verdict(Code code) {
    return switch (code) {
      case SEGMENT_ERROR -> Verdict.HOST;
      case SAME_MINUTE, RESPONSE_TIME -> Verdict.CDN;
      case BANDWIDTH, ROUND_TRIP -> Verdict.NETWORK;
      case SAME_POSITION -> Verdict.CONTENT;
      case DROPPED_FRAMES -> Verdict.DEVICE;
    };
  }

  private static Evidence of(Code code, Others others) {
    return new Evidence(code, others.many(), (double) others.stalled, null, others.playing, null);
  }

  private static Evidence atLeast(Code code, long value, long limit) {
    return new Evidence(code, value >= limit, (double) value, (double) limit, null, null);
  }

  private static Optional<Evidence> bandwidth(Facts facts) {
    if (facts.bandwidthMbps.isEmpty() || facts.bitrate.isEmpty()) {
      return Optional.empty();
    }
    double carried = facts.bandwidthMbps.get();
    double needed = facts.bitrate.get() / 1e6;
    return Optional.of(new Evidence(Code.BANDWIDTH, carried < needed, carried, needed, null, null));
  }

  private static Optional<Evidence> frames(Frames frames) {
    if (frames.total < MIN_FRAMES) {
      return Optional.empty();
    }
    double share = (double) frames.dropped / frames.total;
    return Optional.of(
        new Evidence(
            Code.DROPPED_FRAMES, share >= DROPPED_SHARE, share, DROPPED_SHARE, frames.total, null));
  }
}
