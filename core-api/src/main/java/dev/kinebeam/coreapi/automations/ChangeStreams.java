package dev.kinebeam.coreapi.automations;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.program.process.LongLivedThread;
import dev.kinebeam.web.http.ResponseStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everyone who follows the changes of an organisation. One thread looks for new ones for all of
 * them; it lives as long as there is a follower. Changes are numbered as they are committed, so the
 * last number that a follower was sent is all that there is to remember.
 */
final class ChangeStreams {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeStreams.class);
  private static final int MAX_FOLLOWERS = 512;

  /** One clinic's tabs must not shut the others out. */
  private static final int MAX_OF_ONE_CLINIC = 32;

  private static final int PAGE = 200;
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** A stream is opened by a token; those who follow come back with a fresh one. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final byte[] STILL_HERE = ": still here\n\n".getBytes(UTF_8);

  /** Between two questions, for a new follower's sake, whether the others are still there. */
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(1);

  private final Database database;
  private final List<Follower> followers = new ArrayList<>();
  private boolean running;

  ChangeStreams(Database database) {
    this.database = database;
  }

  private record Change(long id, String kind, String payload) {
    byte[] event() {
      return ("id: " + id + "\nevent: " + kind + "\ndata: " + payload + "\n\n").getBytes(UTF_8);
    }
  }

  /** Used by the one thread alone, once it follows. */
  private static final class Follower {
    private final UUID orgId;
    private final ResponseStream stream;
    private long lastSent;
    private final long since = System.nanoTime();
    private long heardAt = since;
    private long probedAt = since - BETWEEN_PROBES.toNanos();

    private Follower(UUID orgId, long lastSent, ResponseStream stream) {
      this.orgId = orgId;
      this.lastSent = lastSent;
      this.stream = stream;
    }

    private boolean send(byte[] bytes) {
      heardAt = System.nanoTime();
      return stream.offer(bytes);
    }
  }

  /** Whether one more may follow. Where there is no room, those who have left make some. */
  synchronized boolean hasRoom(UUID orgId) {
    if (isBelowLimits(orgId)) {
      return true;
    }
    boolean ofClinic = followers.size() < MAX_FOLLOWERS;
    followers.removeIf(f -> (!ofClinic || f.orgId.equals(orgId)) && !answers(f));
    return isBelowLimits(orgId);
  }

  /** The first bytes to a caller who has left are refused by their answer: the next ones fail. */
  private static boolean answers(Follower follower) {
    long now = System.nanoTime();
    if (now - follower.probedAt < BETWEEN_PROBES.toNanos()) {
      return true;
    }
    follower.probedAt = now;
    boolean sent = follower.stream.offer(STILL_HERE);
    return sent && follower.stream.offer(STILL_HERE);
  }

  private boolean isBelowLimits(UUID orgId) {
    return followers.size() < MAX_FOLLOWERS
        && followers.stream().filter(f -> f.orgId.equals(orgId)).count() < MAX_OF_ONE_CLINIC;
  }

  /** The number of the newest change of all. */
  long newest() {
    return database.inTransaction(
        handle -> handle.createQuery("SELECT newest_automation_change()").mapTo(Long.class).one());
  }

  /** Sends to {@code stream} every change of {@code orgId} after the one numbered {@code after}. */
  synchronized void follow(UUID orgId, long after, ResponseStream stream) {
    if (!hasRoom(orgId)) {
      stream.end();
      return;
    }
    Follower follower = new Follower(orgId, after, stream);
    if (!follower.send("retry: 2000\n\n".getBytes(UTF_8))) {
      return;
    }
    followers.add(follower);
    if (!running) {
      running = true;
      LongLivedThread.start("automation-streams", this::run);
    }
  }

  private void run() {
    boolean failing = false;
    while (true) {
      List<Follower> present = present();
      if (present.isEmpty()) {
        return;
      }
      try {
        sendChanges(present);
        failing = false;
      } catch (RuntimeException e) { // the thread serves everybody who follows, and must not end
        if (!failing) {
          LOG.warn("streams of automations wait for the database", e);
        }
        failing = true;
      }
      present.forEach(this::seeWhetherPresent);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private synchronized List<Follower> present() {
    if (followers.isEmpty()) {
      running = false;
    }
    return List.copyOf(followers);
  }

  private void sendChanges(List<Follower> present) {
    long newest = newest();
    for (Follower follower : present) {
      boolean there = true;
      while (there && follower.lastSent < newest) {
        List<Change> changes = after(follower.orgId, follower.lastSent);
        for (Change change : changes) {
          follower.lastSent = change.id;
          there = there && follower.send(change.event());
        }
        if (changes.size() < PAGE) {
          follower.lastSent = Math.max(follower.lastSent, newest);
        }
      }
      if (!there) {
        leave(follower);
      }
    }
  }

  /** Also while the database is unavailable, so that no follower who has left is kept. */
  private void seeWhetherPresent(Follower follower) {
    if (System.nanoTime() - follower.since > LONGEST.toNanos()) {
      follower.stream.end();
      leave(follower);
      return;
    }
    if (System.nanoTime() - follower.heardAt > HEARTBEAT.toNanos() && !follower.send(STILL_HERE)) {
      leave(follower);
    }
  }

  private synchronized void leave(Follower follower) {
    followers.remove(follower);
  }

  private List<Change> after(UUID orgId, long lastSent) {
    return database.inOrg(
        orgId,
        handle ->
            handle
                .createQuery(
                    """
                    SELECT change_id, payload->>'change' AS kind, payload::text AS payload
                      FROM automation_changes
                     WHERE org_id = :org AND change_id > :last
                     ORDER BY change_id LIMIT :page
                    """)
                .bind("org", orgId)
                .bind("last", lastSent)
                .bind("page", PAGE)
                .map(
                    (row, context) ->
                        new Change(
                            row.getLong("change_id"),
                            row.getString("kind"),
                            row.getString("payload")))
                .list());
  }
}
