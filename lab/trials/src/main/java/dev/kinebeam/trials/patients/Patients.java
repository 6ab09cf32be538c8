package dev.kinebeam.trials.patients;

import dev.kinebeam.trials.patients.Player.Media;
import dev.kinebeam.trials.patients.Player.Rendition;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Writes the sessions of simulated patients. The same seed writes the same sessions. */
public final class Patients {
  private final RandomGenerator random;

  private Patients(RandomGenerator random) {
    this.random = random;
  }

  /** Patients whose every choice follows from {@code seed}. */
  public static Patients seeded(long seed) {
    return new Patients(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
  }

  /** One session of a patient with this video. */
  public ScriptedSession session(
      UUID sessionId, String mediaId, UUID renderId, double durationSeconds) {
    return session(
        Behaviour.any(random), Conditions.USUAL, sessionId, mediaId, renderId, durationSeconds);
  }

  /** One session of a patient with this behaviour, under these conditions. */
  public ScriptedSession session(
      Behaviour behaviour,
      Conditions conditions,
      UUID sessionId,
      String mediaId,
      UUID renderId,
      double durationSeconds) {
    Player player =
        new Player(sessionId, new Media(mediaId, renderId, durationSeconds), conditions, random);
    if (behaviour == Behaviour.FINISHES && random.nextInt(6) == 0) {
      player.loseAHeartbeat();
    }
    return act(behaviour, player);
  }

  /**
   * One session of a patient who leaves the video at this place, after a moment of pause.
   *
   * @param stalls how often the video stalls on the way
   */
  public ScriptedSession leaving(
      double atSeconds,
      int stalls,
      Conditions conditions,
      UUID sessionId,
      String mediaId,
      UUID renderId,
      double durationSeconds) {
    Player player =
        new Player(sessionId, new Media(mediaId, renderId, durationSeconds), conditions, random);
    player.start();
    player.play(false);
    double step = Player.round(Math.min(atSeconds, durationSeconds) / (stalls + 1));
    for (int i = 0; i < stalls; i++) {
      player.watch(step);
      player.stall();
    }
    player.watch(Math.max(0, Player.round(atSeconds - player.position())));
    player.pause(2_000 + random.nextInt(6_000));
    return player.end(Behaviour.QUITS, "abandoned");
  }

  private ScriptedSession act(Behaviour behaviour, Player p) {
    p.start();
    if (behaviour == Behaviour.NEVER_STARTS) {
      p.error("HTTP_403", "The address has expired", true);
      return p.end(behaviour, "error");
    }
    if (behaviour == Behaviour.LEAVES_BEFORE_START) {
      return p.end(behaviour, "abandoned");
    }
    p.play(false);
    return switch (behaviour) {
      case FINISHES -> toTheEnd(behaviour, p);
      case STALLS -> {
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times; i++) {
          p.watch(part(p, times + 1));
          p.stall();
        }
        yield toTheEnd(behaviour, p);
      }
      case PAUSES -> {
        p.watch(part(p, 3));
        p.pause(3_000 + random.nextInt(12_000));
        p.play(true);
        yield toTheEnd(behaviour, p);
      }
      case SCRUBS -> {
        p.watch(part(p, 2));
        double back = Math.max(0, p.position() - 5 - random.nextInt(20));
        // A stall at one place, a scrub back over it, and a second stall at the very same place.
        double place = p.position();
        p.stallEnds(p.stallBegins(), 400 + random.nextInt(900), true);
        p.seek(back);
        p.watch(place - back);
        p.stallEnds(p.stallBegins(), 250 + random.nextInt(500), true);
        yield toTheEnd(behaviour, p);
      }
      case CHANGES_QUALITY -> {
        for (Rendition next : new Rendition[] {Rendition.P480, Rendition.P720, Rendition.P1080}) {
          p.watch(part(p, 4));
          p.switchTo(next, next == Rendition.P480 ? "bandwidth_decrease" : "bandwidth_increase");
        }
        p.error("TIMEOUT", "Segment 9 took too long", false);
        yield toTheEnd(behaviour, p);
      }
      case QUITS -> {
        p.watch(part(p, 2));
        yield p.end(behaviour, "abandoned");
      }
      case VANISHES -> {
        p.watch(part(p, 2));
        yield p.vanish(behaviour);
      }
      case DIES_STALLING -> {
        p.watch(part(p, 2));
        UUID open = p.stallBegins();
        p.error("MEDIA_ERR_NETWORK", "Segment after stall " + open + " is out of reach", false);
        yield p.vanish(behaviour);
      }
      case FAILS -> {
        p.watch(part(p, 2));
        p.error("MEDIA_ERR_DECODE", "Întrerupt: cadru deteriorat · 解码失败", true);
        yield p.end(behaviour, "error");
      }
      default -> throw new IllegalStateException(behaviour + " has no script");
    };
  }

  private ScriptedSession toTheEnd(Behaviour behaviour, Player p) {
    p.watch(p.remainingSeconds());
    return p.end(behaviour, "completed");
  }

  /** Some of what remains: about one of {@code parts}, and to the millisecond. */
  private double part(Player p, int parts) {
    return Player.round(p.remainingSeconds() / parts * (0.5 + random.nextDouble() * 0.5));
  }
}
