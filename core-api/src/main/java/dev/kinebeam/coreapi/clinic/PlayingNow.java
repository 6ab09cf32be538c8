package dev.kinebeam.coreapi.clinic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.streams.ChangeStreams;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/clinic/playing} and {@code …/playing/stream}: the sessions of the caller's
 * organisation that play and were heard of in the last two minutes. The stream sends the whole
 * answer as one event {@code playing} at once and whenever it has changed, at most every three
 * seconds; the database is asked once for all followers of an organisation.
 */
public final class PlayingNow {
  private static final Duration BETWEEN = Duration.ofSeconds(3);

  private final PlayingQuery query;
  private final ChangeStreams<UUID> streams;

  public PlayingNow(Database database, Clock clock) {
    this.query = new PlayingQuery(database, clock);
    this.streams = new ChangeStreams<>("playing-streams", new Snapshots(query, clock));
  }

  public Route.Handler get() {
    return (call, caller) -> Reply.json(200, query.run(caller.orgId()));
  }

  public Route.Handler stream() {
    return (call, caller) -> streams.reply(call, caller.orgId(), caller.orgId());
  }

  /** Numbers what an organisation's answer was by the time in which it became so. */
  private static final class Snapshots implements ChangeStreams.Source<UUID> {
    private final PlayingQuery query;
    private final Clock clock;
    private final Map<UUID, Snapshot> latest = new ConcurrentHashMap<>();

    /**
     * An answer.
     *
     * @param asked when the database was last asked
     * @param since from when on it has been this answer
     */
    private record Snapshot(long asked, long since, String payload) {}

    private Snapshots(PlayingQuery query, Clock clock) {
      this.query = query;
      this.clock = clock;
    }

    @Override
    public long newest() {
      return clock.millis() / BETWEEN.toMillis();
    }

    @Override
    public long beginning(long newest) {
      return 0;
    }

    @Override
    public List<ChangeStreams.Change> after(UUID orgId, long last, int most) {
      long now = newest();
      latest.values().removeIf(snapshot -> snapshot.asked() < now - 20);
      Snapshot known = latest.get(orgId);
      Snapshot snapshot = known != null && known.asked() >= now ? known : ask(orgId, now, known);
      latest.put(orgId, snapshot);
      return snapshot.since() > last
          ? List.of(new ChangeStreams.Change(snapshot.since(), "playing", snapshot.payload()))
          : List.of();
    }

    /** What is true now; it is as old as what was known before where it says the same. */
    private Snapshot ask(UUID orgId, long now, @Nullable Snapshot known) {
      String payload = new String(Json.bytes(query.run(orgId)), UTF_8);
      return known != null && known.payload().equals(payload)
          ? new Snapshot(now, known.since(), payload)
          : new Snapshot(now, now, payload);
    }
  }

  /** From when on a session must have been heard of. */
  static Instant freshFrom(Instant now) {
    return now.minus(Duration.ofMinutes(2));
  }
}
