package dev.kinebeam.trials.demo;

import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.sample.SampleExercise;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a demo is to do.
 *
 * @param dataDir where everything is kept between runs
 * @param exercise what is drawn and composed
 * @param time how long the patients of one round play
 * @param seed what the patients do follows from it
 * @param incidents whether things go wrong in some clinics
 * @param port the gateway's; a free one when it is taken
 * @param cluster whether telemetry runs on a Flink cluster of processes instead of in this one
 * @param hostileHost whether the video host floods, answers nonsense and loses an upload
 */
record DemoSettings(
    Path dataDir,
    SampleExercise exercise,
    int patients,
    Duration time,
    long seed,
    boolean incidents,
    int port,
    boolean cluster,
    boolean hostileHost) {
  /**
   * Silence while playing after which a session is closed: patients here live in compressed time.
   */
  static final Duration PLAYING_TIMEOUT = Duration.ofSeconds(15);

  /** Silence while paused, likewise. */
  static final Duration PAUSED_TIMEOUT = Duration.ofSeconds(25);

  /** How often a running session's row may be written; the page shows rows that young. */
  static final Duration LIVE_EVERY = Duration.ofSeconds(10);

  /** Renders have the size of the sample's primitives. */
  Profile profile() {
    return Profile.parse(exercise.height() + "p");
  }

  /** The sample exercise's folder. */
  Path bundleDir() {
    return dataDir.resolve("sample");
  }
}
