package dev.kinebeam.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnusableStateTest {
  private static final Optional<String> STATE = Optional.of("file:/saved/1");

  /** As Flink answers over REST. */
  private static final String OF_THE_SERVER =
      """
      [Internal server error., <Exception on server side:
      org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.
      \tat org.apache.flink.runtime.jobmaster.DefaultJobMasterServiceProcess.lambda$new$0(X.java:97)
      Caused by: java.util.concurrent.CompletionException: java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint file:/saved/1. Cannot map checkpoint/savepoint state for operator 6cdc5bb954874d922eaee11a8e7b5dd5 to the new program, because the operator is not available in the new program. If you want to allow to skip this, you can set the --allowNonRestoredState option on the CLI.
      \tat java.base/java.util.concurrent.CompletableFuture.encodeThrowable(CompletableFuture.java:315)
      End of exception on server side>]\
      """;

  @Test
  void aRemovedStepIsRefusedInOneLineThatNamesTheRemedy() {
    Throwable failure =
        new RuntimeException("Pipeline execution failed", new IOException(OF_THE_SERVER));

    String refusal = UnusableState.refusal(failure, STATE).orElseThrow();

    assertThat(refusal)
        .contains("file:/saved/1")
        .contains(
            "Cannot map checkpoint/savepoint state for operator 6cdc5bb954874d922eaee11a8e7b5dd5")
        .contains("--fresh")
        .doesNotContain("\n")
        .doesNotContain("allowNonRestoredState")
        .doesNotContain("\tat");
  }

  @Test
  void aPlaceWithoutAStateIsRefusedToo() {
    Throwable failure =
        new RuntimeException(
            new IOException(
                "Cannot find meta data file '_metadata' in directory 'file:/saved/1'."));

    assertThat(UnusableState.refusal(failure, STATE))
        .hasValueSatisfying(
            refusal -> assertThat(refusal).contains("_metadata").contains("--fresh"));
  }

  @Test
  void anotherFailureIsNotTakenForIt() {
    assertThat(UnusableState.refusal(new RuntimeException("connection refused"), STATE)).isEmpty();
    assertThat(UnusableState.refusal(new RuntimeException(OF_THE_SERVER), Optional.empty()))
        .isEmpty();
  }
}
