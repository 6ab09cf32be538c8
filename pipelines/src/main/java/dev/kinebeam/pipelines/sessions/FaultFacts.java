package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.SessionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What went wrong in the player.
 *
 * @param types error codes, each once, sorted, the first {@link #MAX_TYPES} of them
 * @param fatal an error ended the playback, by an error event or by the player's closing status
 */
record FaultFacts(List<String> types, boolean fatal) {
  /** There are eight; players may invent others. */
  static final int MAX_TYPES = 100;

  static final FaultFacts NONE = new FaultFacts(List.of(), false);

  FaultFacts {
    types = List.copyOf(types);
  }

  static FaultFacts of(EventData data) {
    if (data instanceof EventData.PlaybackError error) {
      String code = error.errorCode();
      return new FaultFacts(code == null ? List.of() : List.of(code), error.isFatal());
    }
    EventData.Totals totals = ClientTotals.totalsOf(data);
    if (totals == null) {
      return NONE;
    }
    boolean fatal = data instanceof EventData.SessionEnd end && end.status() == SessionStatus.ERROR;
    if (totals.errorTypes().isEmpty() && !fatal) {
      return NONE;
    }
    TreeSet<String> types = new TreeSet<>(TextOrder.BY_CODE_POINT);
    types.addAll(totals.errorTypes());
    return new FaultFacts(new ArrayList<>(types), fatal);
  }

  FaultFacts merge(FaultFacts other) {
    if (other.isNone() || equals(other)) {
      return this;
    } else if (isNone()) {
      return other;
    }
    TreeSet<String> all = new TreeSet<>(TextOrder.BY_CODE_POINT);
    all.addAll(types);
    all.addAll(other.types);
    List<String> kept = new ArrayList<>(all);
    return new FaultFacts(
        kept.size() > MAX_TYPES ? kept.subList(0, MAX_TYPES) : kept, fatal || other.fatal);
  }

  void write(FactWriter out) {
    out.list(types, FactWriter::text);
    out.flag(fatal);
  }

  static FaultFacts read(FactReader in) {
    FaultFacts facts = new FaultFacts(in.list(FactReader::text), in.flag());
    return facts.isNone() ? NONE : facts;
  }

  private boolean isNone() {
    return types.isEmpty() && !fatal;
  }
}
