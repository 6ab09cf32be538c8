package dev.kinebeam.worker.jobs;

import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;

/**
 * A recurring task of the worker. Of several workers one runs it at a time.
 *
 * @param name as {@code job_runs} has it
 * @param timing when it runs next after a run, whether that failed or not
 */
public record Job(String name, Timing timing, Work work) {
  /** When a job runs. */
  public sealed interface Timing {}

  /** This long after the end of the run before. */
  public record Every(Duration pause) implements Timing {}

  /** Once a day, in UTC. */
  public record Daily(LocalTime at) implements Timing {}

  /** What a job does; harmless to repeat, since a worker may die in the middle of it. */
  @FunctionalInterface
  public interface Work {
    /**
     * Runs once.
     *
     * @return what was done, for people; empty when there was nothing to do
     */
    Optional<String> run() throws Exception;
  }

  /** A job that runs again and again. */
  public static Job every(String name, Duration pause, Work work) {
    return new Job(name, new Every(pause), work);
  }

  /** A job that runs once a day, at this time of UTC. */
  public static Job daily(String name, LocalTime at, Work work) {
    return new Job(name, new Daily(at), work);
  }
}
