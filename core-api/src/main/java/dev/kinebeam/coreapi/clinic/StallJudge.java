package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.SessionDetail.Stall;
import dev.kinebeam.schemas.event.WaitCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gathers for each stall of a session what is known of it, and has it judged. Pure. */
final class StallJudge {
  private static final Duration NEAR = Duration.ofSeconds(10);

  /** How players call the failure to load a part of a video, in lower case. */
  private static final Set<String> OF_SEGMENTS =
      Set.of("frag", "segment", "http", "load", "network", "404", "500", "502", "503", "504");

  private StallJudge() {}

  /** The session's waits, its stalls with a verdict. */
  static List<Stall> judged(
      SessionSummary session,
      Map<String, Object> details,
      List<Stall> stalls,
      List<SessionTimeline.Failure> errors,
      StallPeers peers) {
    return stalls.stream()
        .map(
            stall ->
                stall.cause() == WaitCause.STALL
                    ? stall.judged(StallVerdict.of(facts(session, details, stall, errors, peers)))
                    : stall)
        .toList();
  }

  private static StallVerdict.Facts facts(
      SessionSummary session,
      Map<String, Object> details,
      Stall stall,
      List<SessionTimeline.Failure> errors,
      StallPeers peers) {
    Instant at = Instant.parse(stall.span().startedAt());
    return new StallVerdict.Facts(
        Optional.ofNullable(stall.connection().effectiveBandwidth()),
        Optional.ofNullable(stall.rendition().bitrateBefore())
            .or(() -> Optional.ofNullable(session.smoothness().avgBitrate())),
        Optional.ofNullable(stall.connection().cdnResponseTimeMs()),
        number(details, "rtt_ms"),
        segmentError(at, stall, errors),
        peers.at(at),
        Optional.ofNullable(stall.positionSeconds()).flatMap(peers::at),
        new StallVerdict.Frames(
            number(details, "dropped_frames").orElse(0L),
            number(details, "total_frames").orElse(0L)));
  }

  private static Optional<Long> number(Map<String, Object> details, String name) {
    return details.get(name) instanceof Number value
        ? Optional.of(value.longValue())
        : Optional.empty();
  }

  /** From shortly before the stall until shortly after it. */
  private static Optional<String> segmentError(
      Instant at, Stall stall, List<SessionTimeline.Failure> errors) {
    String endedAt = stall.span().endedAt();
    Instant end = endedAt == null ? at : Instant.parse(endedAt);
    return errors.stream()
        .filter(error -> !Instant.parse(error.at()).isBefore(at.minus(NEAR)))
        .filter(error -> !Instant.parse(error.at()).isAfter(end.plus(NEAR)))
        .map(StallJudge::words)
        .filter(words -> OF_SEGMENTS.stream().anyMatch(words.toLowerCase(Locale.ROOT)::contains))
        .findFirst();
  }

  private static String words(SessionTimeline.Failure error) {
    String code = error.code() == null ? "" : error.code();
    String message = error.message() == null ? "" : error.message();
    return message.isBlank() ? code : code.isBlank() ? message : code + ": " + message;
  }
}
