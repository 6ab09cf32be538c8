package dev.kinebeam.trials.demo;

import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Clinics.Clinic;
import dev.kinebeam.trials.patients.Conditions;
import java.time.Duration;
import java.util.Optional;

/** The faults of the demo: one in each clinic but the last, which has none. */
enum Incident {
  /**
   * The delivery network is slow for one clinic: {@code cdn_issue}. Its automation is snoozed for a
   * minute, the shortest time, and has to wake before the condition has ended, so it lasts longer.
   */
  SLOW_CDN(0, "cdn_issue", Behaviour.FINISHES, Conditions.SLOW_CDN, 80),
  /**
   * An exercise was published with a broken file, and is repaired: {@code content_quality}. It ends
   * when the good sessions after it have made the bad ones few, which is long before the last of
   * these has left the rule's window: so there are just enough of them to be judged.
   */
  BROKEN_EXERCISE(1, "content_quality", Behaviour.FAILS, Conditions.GOOD, 6),
  /** A clinic's town has a bad line: {@code network_degradation}. */
  BAD_NETWORK(2, "network_degradation", Behaviour.STALLS, Conditions.BAD_NETWORK, 18);

  private final int clinic;
  private final String rule;
  private final Behaviour behaviour;
  private final Conditions conditions;
  private final Duration lasts;

  Incident(int clinic, String rule, Behaviour behaviour, Conditions conditions, int seconds) {
    this.clinic = clinic;
    this.rule = rule;
    this.behaviour = behaviour;
    this.conditions = conditions;
    this.lasts = Duration.ofSeconds(seconds);
  }

  /** What happens to this clinic, if anything does. */
  static Optional<Incident> of(Clinic clinic) {
    for (Incident incident : values()) {
      if (incident.clinic().equals(clinic)) {
        return Optional.of(incident);
      }
    }
    return Optional.empty();
  }

  /** Where it happens. */
  Clinic clinic() {
    return Clinics.ALL.get(clinic);
  }

  /** The rule that must speak. */
  String rule() {
    return rule;
  }

  /** What patients then do. */
  Behaviour behaviour() {
    return behaviour;
  }

  /** What they then meet. */
  Conditions conditions() {
    return conditions;
  }

  /** For how long bad sessions begin. */
  Duration lasts() {
    return lasts;
  }
}
