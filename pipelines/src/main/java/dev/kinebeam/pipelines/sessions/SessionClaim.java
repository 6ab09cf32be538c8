package dev.kinebeam.pipelines.sessions;

import java.util.Comparator;
import java.util.UUID;

/**
 * Whose session it is said to be. A session's id is made by a player, so another person can send
 * it, too: it belongs to the one of whom the gateway heard first, by its own clock. What the player
 * says, its clock and its counter, has no say in that.
 */
record SessionClaim(long firstReceivedMs, UUID orgId, UUID patientId)
    implements Comparable<SessionClaim> {
  private static final Comparator<SessionClaim> ORDER =
      Comparator.comparingLong(SessionClaim::firstReceivedMs)
          .thenComparing(SessionClaim::orgId)
          .thenComparing(SessionClaim::patientId);

  boolean isOfThePersonOf(SessionClaim other) {
    return patientId.equals(other.patientId) && orgId.equals(other.orgId);
  }

  /** Of two claims of one person the earlier one stands. */
  SessionClaim merge(SessionClaim other) {
    return other.firstReceivedMs < firstReceivedMs ? other : this;
  }

  @Override
  public int compareTo(SessionClaim other) {
    return ORDER.compare(this, other);
  }
}
