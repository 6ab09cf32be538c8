package dev.kinebeam.pipelines;

import java.util.List;
import java.util.Optional;

/**
 * Recognizes that Flink refused a job because its saved state does not fit, and says what to do.
 */
final class UnusableState {
  /** How Flink's sentences about it begin; they come inside stack traces of other processes. */
  private static final List<String> SIGNS =
      List.of(
          "Cannot map checkpoint/savepoint state",
          "Failed to rollback to checkpoint/savepoint",
          "Could not load checkpoint/savepoint",
          "The new state type",
          "Cannot find checkpoint or savepoint file",
          "Cannot find meta data file");

  private UnusableState() {}

  /**
   * The message for whoever submitted the job; empty when it failed for another reason.
   *
   * @param restoreFrom the state that the job was to continue from
   */
  static Optional<String> refusal(Throwable failure, Optional<String> restoreFrom) {
    if (restoreFrom.isEmpty()) {
      return Optional.empty();
    }
    for (String sign : SIGNS) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        Optional<String> sentence = sentence(String.valueOf(cause.getMessage()), sign);
        if (sentence.isPresent()) {
          return Optional.of(
              "the job cannot resume from %s: %s. Start it with --fresh and a new --group, which reads the topic again and changes no row that is right; or give --restore-from a state of this version"
                  .formatted(restoreFrom.get(), sentence.get()));
        }
      }
    }
    return Optional.empty();
  }

  /** Up to the end of the sentence or of the line. */
  private static Optional<String> sentence(String text, String sign) {
    int begin = text.indexOf(sign);
    return begin < 0
        ? Optional.empty()
        : Optional.of(text.substring(begin).split("\\.(\\s|$)|\\R", 2)[0].strip());
  }
}
