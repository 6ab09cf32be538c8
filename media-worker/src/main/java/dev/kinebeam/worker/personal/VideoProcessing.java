package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.personal.IllegalMove;
import dev.kinebeam.catalog.personal.PersonalVideo;
import dev.kinebeam.catalog.personal.PersonalVideoStatus;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import dev.kinebeam.worker.personal.ProcessingRules.Activate;
import dev.kinebeam.worker.personal.ProcessingRules.Fail;
import dev.kinebeam.worker.personal.ProcessingRules.Next;
import dev.kinebeam.worker.personal.ProcessingRules.Retry;
import dev.kinebeam.worker.personal.ProcessingRules.Wait;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a personal video one step further: copies it to the host, or asks the host how far it is.
 * Every step can be repeated, after whatever point it was broken off: it leaves one copy at the
 * host, or what it left is deleted. No step waits for a video.
 */
final class VideoProcessing {
  private static final Logger LOG = LoggerFactory.getLogger(VideoProcessing.class);

  /** Groups them at a host. */
  static final String COLLECTION = "personal-videos";

  private static final Duration LATE = Duration.ofSeconds(3);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final PersonalVideos videos;
  private final ProcessingRows rows;
  private final Function<String, VideoHost> hosts;
  private final String hostForNew;
  private final Originals originals;
  private final ProcessingRules rules;
  private final Clock clock;

  VideoProcessing(
      PersonalVideos videos,
      ProcessingRows rows,
      Function<String, VideoHost> hosts,
      String hostForNew,
      Originals originals,
      ProcessingRules rules,
      Clock clock) {
    this.videos = videos;
    this.rows = rows;
    this.hosts = hosts;
    this.hostForNew = hostForNew;
    this.originals = originals;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * What a step has left to do.
   *
   * @param next when the following step is due; empty when the video is not processed any more
   * @param woken when the host had reported a change last, as far as the step knew
   * @param ended there when an attempt has ended with it
   */
  record Outcome(Optional<Instant> next, Optional<Instant> woken, Optional<Ended> ended) {
    private static final Outcome NOTHING =
        new Outcome(Optional.empty(), Optional.empty(), Optional.empty());

    private static Outcome at(Optional<Instant> next, Optional<Instant> woken) {
      return new Outcome(next, woken, Optional.empty());
    }
  }

  /**
   * How an attempt ended.
   *
   * @param message for people, without a word about the patient
   */
  record Ended(boolean succeeded, String message) {}

  /**
   * Does the step that is due.
   *
   * @throws JdbiException when the database fails: nothing was decided
   */
  Outcome step(long id) {
    Optional<Queued> read = rows.read(id);
    if (read.isEmpty()) {
      return Outcome.NOTHING;
    }
    Queued video = read.get();
    try {
      return video.hostedId().isPresent() ? asked(video, video.hostedId().get()) : copied(video);
    } catch (IOException e) {
      return carriedOut(video, rules.after(e, video.attempt()), false);
    } catch (DatabaseUnavailableException | JdbiException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("a step of the personal video {} failed", id, e);
      return carriedOut(video, rules.after(e, video.attempt()), false);
    }
  }

  private Outcome copied(Queued video) throws IOException {
    VideoHost host = hosts.apply(video.host().orElse(hostForNew));
    if (!rows.copying(video, host.name())) {
      return Outcome.at(Optional.of(clock.instant()), video.woken());
    }
    String hostedId =
        originals.given(
            video.original(),
            host,
            video.attempt().number() == 1,
            content ->
                host.publish(content, video.copy().title(), COLLECTION, VideoHost.Journal.NONE));
    Optional<Instant> firstPoll =
        rows.copied(video, hostedId, clock.instant().plus(rules.firstPoll()));
    if (firstPoll.isEmpty() && !rows.isNamed(host.name(), hostedId)) {
      // It was erased or ended meanwhile. Should this not come to its end, a leftover names it.
      host.delete(hostedId);
    }
    return Outcome.at(firstPoll, video.woken());
  }

  private Outcome asked(Queued video, String hostedId) throws IOException {
    Instant now = clock.instant();
    Instant due = video.nextPoll().orElse(now);
    boolean isPoll = !now.isBefore(due);
    if (now.isAfter(due.plus(LATE))) {
      Optional<Instant> place = rows.postponed(video, now);
      if (place.isEmpty() || place.get().isAfter(now.plus(SOON))) {
        return Outcome.at(place, video.woken());
      }
    }
    VideoHost host = hosts.apply(video.host().orElseThrow());
    HostedStatus status = host.status(hostedId);
    if (status instanceof HostedStatus.Playable && host.capabilities().copiesFromUrl()) {
      // The host has fetched what was there at its own time.
      originals.requireUnchanged(video.original());
    }
    return carriedOut(video, rules.after(status, video.attempt(), isPoll), isPoll);
  }

  private Outcome carriedOut(Queued video, Next next, boolean isPoll) {
    Instant now = clock.instant();
    if (next instanceof Wait wait) {
      Optional<ProcessingRows.Waiting> waiting =
          rows.waiting(
              video, wait.polls(), isPoll ? Optional.of(now.plus(wait.after())) : Optional.empty());
      return Outcome.at(
          waiting.map(there -> there.woken().equals(video.woken()) ? there.nextPoll() : now),
          waiting.flatMap(ProcessingRows.Waiting::woken));
    }
    if (next instanceof Retry retry) {
      return new Outcome(
          rows.retrying(video, retry, now.plus(retry.after())),
          video.woken(),
          Optional.of(
              new Ended(
                  false,
                  "attempt %d: %s: %s"
                      .formatted(video.attempt().number(), retry.code().word(), retry.text()))));
    }
    if (next instanceof Activate activate) {
      return ended(video, () -> videos.activate(video.id(), activate.length()), Optional.empty());
    }
    Fail fail = (Fail) next;
    return ended(
        video,
        () -> videos.fail(video.id(), fail.code().word(), fail.code().sentence()),
        Optional.of(fail.code().word() + ": " + fail.text()));
  }

  /** A move that ends the processing. */
  @FunctionalInterface
  private interface Move {
    PersonalVideo made() throws IllegalMove;
  }

  /**
   * Makes the move.
   *
   * @param detail for operators, where it is more than the row has
   */
  private static Outcome ended(Queued video, Move move, Optional<String> detail) {
    PersonalVideo after;
    try {
      after = move.made();
    } catch (IllegalMove e) {
      LOG.debug("the personal video {} was ended by another one", video.id(), e);
      return Outcome.NOTHING;
    }
    boolean succeeded = after.status() == PersonalVideoStatus.COMPLETED;
    String message =
        detail
            .or(() -> after.failure().map(failure -> failure.code() + ": " + failure.text()))
            .orElseGet(() -> "activated at the attempt " + video.attempt().number());
    return new Outcome(
        Optional.empty(), Optional.empty(), Optional.of(new Ended(succeeded, message)));
  }
}
