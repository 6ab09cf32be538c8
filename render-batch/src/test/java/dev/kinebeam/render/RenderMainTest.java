package dev.kinebeam.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Wrong usage is reported before anything is opened. */
class RenderMainTest {
  private static final int WRONG_USAGE = 2;

  private static String refusal(String... arguments) {
    StringWriter output = new StringWriter();
    int status =
        new CommandLine(new RenderMain(Map.of()))
            .setErr(new PrintWriter(output))
            .setOut(new PrintWriter(output))
            .execute(arguments);
    assertThat(status).isEqualTo(WRONG_USAGE);
    return output.toString();
  }

  @Test
  void oneSourceOfOrdersIsTaken() {
    assertThat(refusal("--orders=a", "--all-exercises"))
        .contains("give one of --orders, --all-exercises and --kafka");
    assertThat(refusal("--all-exercises", "--kafka")).contains("give one of");
  }

  @Test
  void flagsOfABatchNeedABatch() {
    assertThat(refusal("--force")).contains("--force").contains("\"force\" itself");
    assertThat(refusal("--estimate", "--kafka")).contains("go with --orders or --all-exercises");
    assertThat(refusal("--orders=a", "--exercise=squat")).contains("--exercise [squat]");
  }

  @Test
  void whatIsNotConfiguredIsNamed() {
    assertThat(refusal("--all-exercises")).contains("is not set");
    assertThat(refusal("--all-exercises", "--retry-for=PT0S")).contains("--retry-for is PT0S");
    assertThat(refusal("--all-exercises", "--playable-within=PT-1S")).contains("--playable-within");
  }
}
