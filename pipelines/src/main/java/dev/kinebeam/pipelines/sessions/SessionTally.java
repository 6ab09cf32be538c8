package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.List;
import java.util.UUID;

/**
 * Everything that is known of one session, as the merge of what its events say.
 *
 * <p>{@link #merge} is associative, commutative and idempotent: each component is a greatest, a
 * least, an earliest, a latest or a union, and a record of such components has the same properties.
 * So duplicates, disorder, replays and retries all give the same tally. Immutable; a merge that
 * brings nothing new returns its left side itself.
 *
 * <p>It speaks for one claimant, the session's owner. Whoever else has sent the session's id has a
 * tally of their own in {@code competing}, which nothing of the owner's is made from.
 *
 * @param competing the tallies of other claimants, without rivals themselves, in the order of their
 *     claims; almost always none
 * @param closedAtEvents how many events the session had when it was closed for silence, 0 if it
 *     never was. The session is closed for as long as it has no more events than that: so a
 *     duplicate cannot reopen it and a new event always does
 */
public record SessionTally(
    UUID sessionId,
    Opening opening,
    Timeline timeline,
    EventSet events,
    SeqRanges seqs,
    Viewing viewing,
    ClientTotals totals,
    Extremes extremes,
    Latest latest,
    FaultFacts faults,
    PlayheadLog log,
    EventDetails details,
    int closedAtEvents,
    List<SessionTally> competing) {

  public SessionTally {
    competing = List.copyOf(competing);
  }

  /** What one event says. */
  public static SessionTally of(MediaRecord record) {
    MediaEvent event = record.event();
    EventOrder order = EventOrder.of(record);
    return new SessionTally(
        event.sessionId(),
        Opening.of(record, order),
        Timeline.of(record, order),
        EventSet.of(event),
        SeqRanges.of(event.seq()),
        Viewing.of(event.data()),
        ClientTotals.of(event.data()),
        Extremes.of(event.data()),
        Latest.of(record, order),
        FaultFacts.of(event.data()),
        PlayheadLog.of(order, event),
        EventDetails.of(record, order),
        0,
        List.of());
  }

  /**
   * What both know together.
   *
   * @throws IllegalArgumentException when they speak of different sessions
   */
  public static SessionTally merge(SessionTally a, SessionTally b) {
    if (!a.sessionId.equals(b.sessionId)) {
      throw new IllegalArgumentException(
          "tallies of two sessions: " + a.sessionId + " and " + b.sessionId);
    }
    boolean contested = !a.competing.isEmpty() || !b.competing.isEmpty();
    if (contested || !a.opening.claim().isOfThePersonOf(b.opening.claim())) {
      return CompetingClaims.merge(a, b);
    }
    SessionTally merged =
        new SessionTally(
            a.sessionId,
            a.opening.merge(b.opening),
            a.timeline.merge(b.timeline),
            a.events.merge(b.events),
            a.seqs.merge(b.seqs),
            a.viewing.merge(b.viewing),
            a.totals.merge(b.totals),
            a.extremes.merge(b.extremes),
            a.latest.merge(b.latest),
            a.faults.merge(b.faults),
            a.log.merge(b.log),
            a.details.merge(b.details),
            Math.max(a.closedAtEvents, b.closedAtEvents),
            List.of());
    // Cheap: each part is the left side's own object when nothing is new to it.
    return merged.equals(a) ? a : merged;
  }

  /** This session, closed for silence until another event comes. */
  public SessionTally closedByTimeout() {
    return with(events.size(), competing);
  }

  /** Only what is the owner's. */
  SessionTally alone() {
    return competing.isEmpty() ? this : with(closedAtEvents, List.of());
  }

  /** The same with these rivals, sorted by their claims. */
  SessionTally against(List<SessionTally> others) {
    return with(closedAtEvents, others);
  }

  private SessionTally with(int closed, List<SessionTally> others) {
    return new SessionTally(
        sessionId, opening, timeline, events, seqs, viewing, totals, extremes, latest, faults, log,
        details, closed, others);
  }

  /** The player has said that the session is over, and no event is later in its order. */
  public boolean endedByClient() {
    return timeline.endsByClient();
  }

  /** Over, for now: ended by the player, or closed for silence with no event since. */
  public boolean isOver() {
    return endedByClient() || closedAtEvents >= events.size();
  }

  /** Playing, as opposed to paused or not begun: heartbeats are due. */
  public boolean isPlaying() {
    return latest.isPlaying();
  }

  /** When the gateway last heard of the session, milliseconds since the epoch. */
  public long lastReceivedMs() {
    return timeline.lastReceivedMs();
  }

  /** How many different events the session has had. */
  public int eventsSeen() {
    return events.size();
  }

  int count(EventType type) {
    return events.count(type);
  }

  int countFlagged(int flag) {
    return events.countFlagged(flag);
  }
}
