package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.Arrays;
import java.util.UUID;

/**
 * What the earliest event of a kind settles for the whole session: whose it is and, kept as bytes
 * since one or two events in a session speak of it, its {@link Facts}. Immutable.
 */
final class Opening {
  private static final byte[] NOTHING = new byte[0];
  private static final int USUAL_BYTES = 160;

  private final SessionClaim claim;
  private final byte[] facts;

  private Opening(SessionClaim claim, byte[] facts) {
    this.claim = claim;
    this.facts = facts;
  }

  record Media(String mediaId, String mediaType) {}

  /**
   * Each as the earliest event that has it reports it; null for what none has reported.
   *
   * @param media what plays
   * @param renderId the composed render that plays
   * @param startUp the player's first start
   */
  record Facts(
      Reported<Media> media, Reported<UUID> renderId, Reported<EventData.SessionStart> startUp) {
    private static final Facts NONE = new Facts(null, null, null);

    static Facts of(MediaRecord record, EventOrder order) {
      MediaEvent event = record.event();
      return new Facts(
          event.mediaId() == null
              ? null
              : new Reported<>(order, new Media(event.mediaId(), event.mediaType())),
          event.renderId() == null ? null : new Reported<>(order, event.renderId()),
          event.data() instanceof EventData.SessionStart start
              ? new Reported<>(order, start)
              : null);
    }

    Facts merge(Facts other) {
      return new Facts(
          Reported.earliest(media, other.media),
          Reported.earliest(renderId, other.renderId),
          Reported.earliest(startUp, other.startUp));
    }

    private byte[] toBytes() {
      FactWriter out = new FactWriter(USUAL_BYTES);
      out.fact(media, FactEncodings::writeMedia);
      out.fact(renderId, FactWriter::id);
      out.fact(startUp, FactEncodings::writeStart);
      return out.toBytes();
    }

    private static Facts of(byte[] bytes) {
      FactReader in = new FactReader(bytes);
      return new Facts(
          in.fact(FactEncodings::readMedia),
          in.fact(FactReader::id),
          in.fact(FactEncodings::readStart));
    }
  }

  static Opening of(MediaRecord record, EventOrder order) {
    MediaEvent event = record.event();
    SessionClaim claim =
        new SessionClaim(record.receivedAtMs(), record.orgId(), record.patientId());
    boolean hasFacts =
        event.mediaId() != null
            || event.renderId() != null
            || event.data() instanceof EventData.SessionStart;
    return new Opening(claim, hasFacts ? Facts.of(record, order).toBytes() : NOTHING);
  }

  /** Whose session it is. */
  SessionClaim claim() {
    return claim;
  }

  /** Made anew with each call. */
  Facts facts() {
    return facts.length == 0 ? Facts.NONE : Facts.of(facts);
  }

  Opening merge(Opening other) {
    SessionClaim first = claim.merge(other.claim);
    byte[] all = merge(facts, other.facts);
    if (all == facts && first.equals(claim)) {
      return this;
    }
    return all == other.facts && first.equals(other.claim) ? other : new Opening(first, all);
  }

  private static byte[] merge(byte[] a, byte[] b) {
    if (b.length == 0 || Arrays.equals(a, b)) {
      return a;
    } else if (a.length == 0) {
      return b;
    }
    byte[] all = Facts.of(a).merge(Facts.of(b)).toBytes();
    return Arrays.equals(all, a) ? a : all;
  }

  void write(FactWriter out) {
    out.number(claim.firstReceivedMs());
    out.id(claim.orgId());
    out.id(claim.patientId());
    out.block(facts);
  }

  static Opening read(FactReader in) {
    SessionClaim claim = new SessionClaim(in.number(), InternedTexts.sharedValue(in.id()), in.id());
    byte[] facts = in.block();
    return new Opening(claim, facts.length == 0 ? NOTHING : facts);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Opening opening
            && claim.equals(opening.claim)
            && Arrays.equals(facts, opening.facts));
  }

  @Override
  public int hashCode() {
    return 31 * claim.hashCode() + Arrays.hashCode(facts);
  }

  @Override
  public String toString() {
    return "Opening[" + claim + ", " + facts() + "]";
  }
}
