package dev.kinebeam.pipelines.sessions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sessions that more than one person claims. Each claimant's events make a tally of their own, so
 * that no person's events touch another's, in whatever order they come; the owner is settled on all
 * of them.
 */
final class CompetingClaims {
  private static final Comparator<SessionTally> ORDER =
      Comparator.comparing(tally -> tally.opening().claim());

  private CompetingClaims() {}

  /** Merges claimant by claimant; the least claim owns the session, the others are its rivals. */
  static SessionTally merge(SessionTally a, SessionTally b) {
    List<SessionTally> claims = new ArrayList<>();
    for (SessionTally side : List.of(a, b)) {
      add(claims, side.alone());
      side.competing().forEach(rival -> add(claims, rival));
    }
    claims.sort(ORDER);
    SessionTally merged = claims.get(0).against(claims.subList(1, claims.size()));
    if (merged.equals(a)) {
      return a;
    }
    return merged.equals(b) ? b : merged;
  }

  private static void add(List<SessionTally> claims, SessionTally tally) {
    for (int i = 0; i < claims.size(); i++) {
      if (claims.get(i).opening().claim().isOfThePersonOf(tally.opening().claim())) {
        claims.set(i, SessionTally.merge(claims.get(i), tally));
        return;
      }
    }
    claims.add(tally);
  }

  /** What is new of each rival since {@code before}, which is null for a session not known yet. */
  static List<TakeOver> refused(SessionTally before, SessionTally now) {
    List<TakeOver> refused = new ArrayList<>();
    for (SessionTally rival : now.competing()) {
      int known = 0;
      if (before != null) {
        for (SessionTally earlier : before.competing()) {
          boolean same = earlier.opening().claim().isOfThePersonOf(rival.opening().claim());
          known = same ? earlier.eventsSeen() : known;
        }
      }
      if (rival.eventsSeen() > known) {
        SessionClaim claim = rival.opening().claim();
        refused.add(
            new TakeOver(
                now.sessionId(),
                claim.orgId(),
                claim.patientId(),
                now.opening().claim().orgId(),
                rival.eventsSeen() - known,
                claim.firstReceivedMs(),
                rival.lastReceivedMs()));
      }
    }
    return refused;
  }
}
