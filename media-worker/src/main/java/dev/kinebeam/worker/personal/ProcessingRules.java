package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.program.retry.RetryPolicy;
import dev.kinebeam.program.retry.TransientFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What follows from a host's answer, or from an error, in the processing of a personal video. Knows
 * no clock and no service.
 *
 * @param longest a video may be
 * @param attempts of a video, the first one included
 * @param backoff between them
 * @param polls of the hosted video in one attempt
 * @param firstPoll after the copy call returned
 * @param pollEvery from one poll to the next
 */
public record ProcessingRules(
    Duration longest,
    int attempts,
    RetryPolicy backoff,
    int polls,
    Duration firstPoll,
    Duration pollEvery) {
  /**
   * Recorders are stopped by a clock at the limit, and write what their camera had begun: that is
   * not a longer video.
   */
  private static final Duration TOLERANCE = Duration.ofMillis(500);

  /** Of a credential that is wrong, was revoked, or lacks a right. */
  private static final Set<Integer> NOT_AUTHORIZED = Set.of(401, 403);

  /** By then a worker that remembers the former credential has read the renewed one. */
  private static final Duration RENEWED_WITHIN = ProviderCredentials.REMEMBERED.plusMinutes(1);

  /** Those of every deployment. */
  public static final ProcessingRules USUAL =
      new ProcessingRules(
          Duration.ofSeconds(120),
          3,
          RetryPolicy.doubling(Duration.ofSeconds(10), Duration.ofMinutes(1)).jitter(0),
          30,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5));

  /**
   * How far a video is.
   *
   * @param number of the attempt, from 1
   * @param polls of the hosted video that this attempt has made
   */
  public record Attempt(int number, int polls) {}

  /** What follows. */
  public sealed interface Next {}

  /**
   * The hosted video is asked for again.
   *
   * @param polls that the attempt has made by then
   */
  public record Wait(Duration after, int polls) implements Next {}

  /**
   * The attempt has ended and the next one begins.
   *
   * @param copyAgain whether the hosted video is of no use any more
   * @param text for operators
   */
  public record Retry(
      Duration after, Attempt next, boolean copyAgain, FailureCode code, String text)
      implements Next {}

  /** Players can play it. */
  public record Activate(Duration length) implements Next {}

  /**
   * For good, until another upload-complete.
   *
   * @param text for operators
   */
  public record Fail(FailureCode code, String text) implements Next {}

  /**
   * What follows from the host's answer.
   *
   * @param isPoll false for a request that a webhook caused: it does not use up the attempt
   */
  public Next after(HostedStatus status, Attempt attempt, boolean isPoll) {
    int polled = attempt.polls() + (isPoll ? 1 : 0);
    if (status instanceof HostedStatus.Playable playable) {
      return refusal(playable.length()).orElseGet(() -> new Activate(playable.length()));
    }
    if (status instanceof HostedStatus.Processing processing) {
      return processing.length().flatMap(this::refusal).orElseGet(() -> waiting(attempt, polled));
    }
    if (status instanceof HostedStatus.Failed failed) {
      return failed.isRetryable()
          ? ended(attempt, true, FailureCode.HOST_FAILED, failed.reason())
          : new Fail(FailureCode.HOST_REFUSED, failed.reason());
    }
    if (status instanceof HostedStatus.Gone) {
      return ended(attempt, true, FailureCode.HOST_FAILED, "the host has lost the video");
    }
    return waiting(attempt, polled);
  }

  private Next waiting(Attempt attempt, int polled) {
    return polled < polls
        ? new Wait(pollEvery, polled)
        : ended(
            attempt,
            false,
            FailureCode.HOST_SLOW,
            "the host had not made it playable after " + polled + " polls");
  }

  private Optional<Next> refusal(Duration length) {
    return length.compareTo(longest.plus(TOLERANCE)) <= 0
        ? Optional.empty()
        : Optional.of(
            new Fail(
                FailureCode.DURATION_EXCEEDED,
                "it lasts %.1f s; a personal video may last %d s"
                    .formatted(length.toMillis() / 1000.0, longest.toSeconds())));
  }

  /** What follows when a call has failed, of the host or of the bucket with the originals. */
  public Next after(Exception failure, Attempt attempt) {
    FailureCode code = code(failure);
    String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (isOfCredentials(failure)) {
      return ended(attempt, false, code, text, RENEWED_WITHIN);
    }
    return code == FailureCode.WORKER_ERROR || TransientFailure.is(failure)
        ? ended(attempt, false, code, text)
        : new Fail(code, text);
  }

  /** Whether it is the operator's to repair, and no fault of the video. */
  private static boolean isOfCredentials(Exception failure) {
    return failure instanceof ObjectStoreException.Refused
        || (failure instanceof VideoHostException.Refused refused
            && NOT_AUTHORIZED.contains(refused.status()));
  }

  private static FailureCode code(Exception failure) {
    if (failure instanceof OriginalChanged) {
      return FailureCode.ORIGINAL_CHANGED;
    }
    if (failure instanceof OriginalMissing || failure instanceof ObjectStoreException.Missing) {
      return FailureCode.ORIGINAL_MISSING;
    }
    if (failure instanceof ObjectStoreException) {
      return FailureCode.STORE_UNAVAILABLE;
    }
    if (failure instanceof VideoHostException.Unavailable || isOfCredentials(failure)) {
      return FailureCode.HOST_UNAVAILABLE;
    }
    return failure instanceof VideoHostException
        ? FailureCode.HOST_REFUSED
        : FailureCode.WORKER_ERROR;
  }

  private Next ended(Attempt attempt, boolean copyAgain, FailureCode code, String text) {
    return ended(attempt, copyAgain, code, text, Duration.ZERO);
  }

  private Next ended(
      Attempt attempt, boolean copyAgain, FailureCode code, String text, Duration atLeast) {
    Duration usual = backoff.delay(attempt.number(), 0);
    return attempt.number() < attempts
        ? new Retry(
            usual.compareTo(atLeast) < 0 ? atLeast : usual,
            new Attempt(attempt.number() + 1, 0),
            copyAgain,
            code,
            text)
        : new Fail(code, text);
  }
}
