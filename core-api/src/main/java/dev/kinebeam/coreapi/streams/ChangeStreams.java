package dev.kinebeam.coreapi.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.program.process.LongLivedThread;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.ResponseStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everyone who follows numbered changes of something by server-sent events. One thread polls for
 * new ones for all of them; it ends with the last follower. Changes are numbered as they are
 * committed, so the last number that a follower was sent is all that there is to remember.
 *
 * @param <S> whose changes are followed
 */
public final class ChangeStreams<S> {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeStreams.class);
  private static final int MAX_FOLLOWERS = 512;

  /** One clinic's tabs must not shut the others out. */
  private static final int MAX_OF_ONE_CLINIC = 32;

  private static final int PAGE = 200;
  private static final Duration PAUSE = Duration.ofMillis(500);

  /**
   * So often in a row the changes of one follower cannot be read, while those of others can, until
   * its stream ends.
   */
  private static final int MOST_FAILURES = 5;

  /** While the database is unavailable each costs a timeout. */
  private static final int MOST_FAILING_AT_ONCE = 3;

  /**
   * A stream is opened by a token or a session, which is not asked about again; those who follow
   * come back with what counts then.
   */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final byte[] STILL_HERE = ": still here\n\n".getBytes(UTF_8);

  /** Between two questions, for a new follower's sake, whether the others are still there. */
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(1);

  private final String name;
  private final Source<S> source;
  private final List<Follower<S>> followers = new ArrayList<>();
  private boolean running;

  /**
   * A change.
   *
   * @param kind the event's name
   * @param payload its data: JSON on one line
   * @param isLast whether the stream ends with it
   */
  public record Change(long id, String kind, String payload, boolean isLast) {
    /** One that others may follow. */
    public Change(long id, String kind, String payload) {
      this(id, kind, payload, false);
    }

    byte[] event() {
      return ("id: " + id + "\nevent: " + kind + "\ndata: " + payload + "\n\n").getBytes(UTF_8);
    }
  }

  /** Where changes come from. */
  public interface Source<S> {
    /** The number of the newest change of all; 0 when there is none. */
    long newest();

    /**
     * After which number a stream begins that does not say where: after {@code newest}, so with the
     * next change. A source whose changes each replace the one before may return 0, so that a
     * follower is sent the present one at once.
     */
    default long beginning(long newest) {
      return newest;
    }

    /**
     * How far each subject is, looked at once for all who follow: as far as all changes together,
     * unless each subject has numbers of its own.
     */
    default ToLongFunction<S> progress() {
      long newest = newest();
      return subject -> newest;
    }

    /** The changes of a subject after the one numbered {@code last}, in order. */
    List<Change> after(S subject, long last, int most);
  }

  /**
   * Without a follower.
   *
   * @param name of the thread
   */
  public ChangeStreams(String name, Source<S> source) {
    this.name = name;
    this.source = source;
  }

  /**
   * The answer to a request that follows {@code subject}. {@code Last-Event-ID} resumes after that
   * change; without it the stream begins with the next change.
   *
   * @param group whose streams are counted together, so that one clinic's tabs do not shut the
   *     others out
   * @throws Problem 400 when the id is not one, 503 when there is no room
   */
  public Reply reply(Call call, Object group, S subject) throws Problem {
    Optional<String> last = call.header("Last-Event-ID").filter(text -> !text.isBlank());
    long newest = source.progress().applyAsLong(subject);
    // A number of another database, or of one before it was restored, must not silence the stream.
    long after = last.isPresent() ? Math.min(number(last.get()), newest) : source.beginning(newest);
    if (!hasRoom(group)) {
      throw Problem.unavailable("The Core API is at its limit of streams.", 1);
    }
    return Reply.flowing(
            "text/event-stream; charset=utf-8", stream -> follow(group, subject, after, stream))
        .with("X-Accel-Buffering", "no");
  }

  private static long number(String text) throws Problem {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw refusal(text);
    }
    throw refusal(text);
  }

  private static Problem refusal(String text) {
    return Problem.invalid(
        400,
        "The stream cannot continue there.",
        List.of(
            new FieldError(
                "Last-Event-ID",
                "bad_format",
                "Last-Event-ID is "
                    + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                    + "; it must be the id of an event of this stream")));
  }

  /** Used by the one thread alone, once it follows. */
  private static final class Follower<S> {
    private final Object group;
    private final S subject;
    private final ResponseStream stream;
    private long lastSent;
    private final long since = System.nanoTime();
    private long heardAt = since;
    private long probedAt = since - BETWEEN_PROBES.toNanos();
    private int failures;

    private Follower(Object group, S subject, long lastSent, ResponseStream stream) {
      this.group = group;
      this.subject = subject;
      this.lastSent = lastSent;
      this.stream = stream;
    }

    private boolean send(byte[] bytes) {
      heardAt = System.nanoTime();
      return stream.offer(bytes);
    }
  }

  /** Whether one more may follow. Where there is no room, those who have left make some. */
  synchronized boolean hasRoom(Object group) {
    if (isBelowLimits(group)) {
      return true;
    }
    boolean ofGroup = followers.size() < MAX_FOLLOWERS;
    followers.removeIf(f -> (!ofGroup || f.group.equals(group)) && !answers(f));
    return isBelowLimits(group);
  }

  /** The first bytes to a caller who has left are refused by their answer: the next ones fail. */
  private static boolean answers(Follower<?> follower) {
    long now = System.nanoTime();
    if (now - follower.probedAt < BETWEEN_PROBES.toNanos()) {
      return true;
    }
    follower.probedAt = now;
    boolean sent = follower.stream.offer(STILL_HERE);
    return sent && follower.stream.offer(STILL_HERE);
  }

  private boolean isBelowLimits(Object group) {
    return followers.size() < MAX_FOLLOWERS
        && followers.stream().filter(f -> f.group.equals(group)).count() < MAX_OF_ONE_CLINIC;
  }

  synchronized void follow(Object group, S subject, long after, ResponseStream stream) {
    if (!hasRoom(group)) {
      stream.end();
      return;
    }
    Follower<S> follower = new Follower<>(group, subject, after, stream);
    if (!follower.send("retry: 2000\n\n".getBytes(UTF_8))) {
      return;
    }
    followers.add(follower);
    if (!running) {
      running = true;
      LongLivedThread.start(name, this::run);
    }
  }

  private void run() {
    boolean failing = false;
    while (true) {
      List<Follower<S>> present = present();
      if (present.isEmpty()) {
        return;
      }
      Optional<RuntimeException> failure = sendChanges(present);
      if (failure.isPresent() && !failing) {
        LOG.warn("{} cannot read changes", name, failure.get());
      }
      failing = failure.isPresent();
      present.forEach(this::seeWhetherPresent);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private synchronized List<Follower<S>> present() {
    if (followers.isEmpty()) {
      running = false;
    }
    return List.copyOf(followers);
  }

  /** The first failure: of the look at all, or of a follower. */
  private Optional<RuntimeException> sendChanges(List<Follower<S>> present) {
    try {
      return sendChanges(present, source.progress());
    } catch (RuntimeException e) { // the thread serves everybody who follows, and must not end
      return Optional.of(e);
    }
  }

  /** Those who failed come last, so that no other waits behind them. */
  private Optional<RuntimeException> sendChanges(
      List<Follower<S>> present, ToLongFunction<S> progress) {
    List<Follower<S>> order = new ArrayList<>(present);
    order.sort(Comparator.comparingInt(follower -> follower.failures));
    Map<Follower<S>, RuntimeException> failed = new LinkedHashMap<>();
    boolean someAreServed = false;
    for (Follower<S> follower : order) {
      if (failed.size() == MOST_FAILING_AT_ONCE) {
        break;
      }
      try {
        if (!sendChanges(follower, progress.applyAsLong(follower.subject))) {
          leave(follower);
        }
        follower.failures = 0;
        someAreServed = true;
      } catch (RuntimeException e) { // the others have changes of their own
        follower.failures++;
        failed.put(follower, e);
      }
    }
    if (someAreServed) { // when all fail, they wait for the database
      failed.forEach(this::endAfterFailures);
    }
    return failed.values().stream().findFirst();
  }

  private void endAfterFailures(Follower<S> follower, RuntimeException last) {
    if (follower.failures >= MOST_FAILURES) {
      LOG.warn("{} end one of {} that cannot be read", name, follower.subject, last);
      follower.stream.end();
      leave(follower);
    }
  }

  /** Whether the stream continues. */
  private boolean sendChanges(Follower<S> follower, long newest) {
    while (follower.lastSent < newest) {
      List<Change> changes = source.after(follower.subject, follower.lastSent, PAGE);
      for (Change change : changes) {
        follower.lastSent = change.id;
        if (!follower.send(change.event())) {
          return false;
        }
        if (change.isLast) {
          follower.stream.end();
          return false;
        }
      }
      if (changes.size() < PAGE) {
        follower.lastSent = Math.max(follower.lastSent, newest);
      }
    }
    return true;
  }

  /** Also while the database is unavailable, so that no follower that has left is kept. */
  private void seeWhetherPresent(Follower<S> follower) {
    if (System.nanoTime() - follower.since > LONGEST.toNanos()) {
      follower.stream.end();
      leave(follower);
      return;
    }
    if (System.nanoTime() - follower.heardAt > HEARTBEAT.toNanos() && !follower.send(STILL_HERE)) {
      leave(follower);
    }
  }

  private synchronized void leave(Follower<S> follower) {
    followers.remove(follower);
  }
}
