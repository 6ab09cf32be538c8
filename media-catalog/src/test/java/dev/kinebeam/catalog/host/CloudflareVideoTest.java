package dev.kinebeam.catalog.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.host.HostedStatus.Remedy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudflareVideoTest {
  private static HostedStatus status(String status, String others) throws VideoHostException {
    String body =
        """
        {"uid":"6b9e68b07dfee8cc2d116e4c51d6a957","meta":{},"status":%s,%s}
        """
            .formatted(status, others);
    return CloudflareVideo.of(HostAnswer.parse("GET", body.getBytes(UTF_8))).hostedStatus();
  }

  private static final String UNKNOWN =
      "\"readyToStream\":false,\"duration\":-1,\"input\":{\"width\":-1,\"height\":-1}";

  @ParameterizedTest
  @ValueSource(strings = {"pendingupload", "downloading"})
  void theFileHasNotArrived(String state) throws Exception {
    assertThat(status("{\"state\":\"%s\"}".formatted(state), UNKNOWN))
        .isEqualTo(new HostedStatus.AwaitingUpload());
  }

  @Test
  void theLengthIsKnownBeforeItPlays() throws Exception {
    assertThat(status("{\"state\":\"queued\"}", UNKNOWN))
        .isEqualTo(new HostedStatus.Processing(0, Optional.empty()));
    assertThat(
            status(
                "{\"state\":\"inprogress\",\"pctComplete\":\"39.500000\"}",
                "\"readyToStream\":false,\"duration\":121.04"))
        .isEqualTo(new HostedStatus.Processing(39, Optional.of(Duration.ofMillis(121_040))));
  }

  @Test
  void itPlaysWithItsFirstQuality() throws Exception {
    assertThat(
            status(
                "{\"state\":\"inprogress\",\"pctComplete\":\"39.0\",\"errorReasonCode\":\"\"}",
                "\"readyToStream\":true,\"duration\":5.5,\"input\":{\"width\":640,\"height\":360}"))
        .isEqualTo(new HostedStatus.Playable(Duration.ofMillis(5500), 640, 360));
    assertThat(status("{\"state\":\"invented-later\"}", UNKNOWN))
        .isInstanceOf(HostedStatus.Processing.class);
  }

  @ParameterizedTest
  @CsvSource({
    "ERR_NON_VIDEO, NONE",
    "ERR_DURATION_EXCEED_CONSTRAINT, NONE",
    "ERR_DURATION_TOO_SHORT, NONE",
    "ERR_MALFORMED_VIDEO, NONE",
    "ERR_FETCH_ORIGIN_ERROR, SEND_FILE",
    "ERR_UNKNOWN, PUBLISH_AGAIN",
    "ERR_INVENTED_LATER, PUBLISH_AGAIN"
  })
  void aFailureIsReadByBothOfItsNames(String code, Remedy remedy) throws Exception {
    for (String prefix : new String[] {"error", "err"}) {
      String status =
          "{\"state\":\"error\",\"%sReasonCode\":\"%s\",\"%sReasonText\":\"why\"}"
              .formatted(prefix, code, prefix);
      assertThat(status(status, UNKNOWN))
          .isEqualTo(new HostedStatus.Failed(code + ": why", remedy));
    }
    assertThat(new HostedStatus.Failed(code, remedy).isRetryable())
        .isEqualTo(remedy != Remedy.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"state\":7} | \"readyToStream\":false | status.state = 7; expected a text",
        "{\"state\":\"ready\"} | \"readyToStream\":\"yes\" | readyToStream = \"yes\"; expected true",
        "{\"state\":\"ready\"} | \"readyToStream\":true,\"duration\":\"long\" | duration = \"long\"",
        "{\"state\":\"x\",\"pctComplete\":\"most\"} | \"readyToStream\":true | pctComplete = \"most\""
      })
  void anAnswerOfAnotherFormNamesTheField(String status, String others, String message) {
    assertThatThrownBy(() -> status(status, others))
        .isInstanceOf(VideoHostException.Unavailable.class)
        .hasMessageContaining(message);
  }
}
