package dev.kinebeam.catalog.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BunnyVideoTest {
  @Test
  void api_statuses_are_not_those_of_webhooks() {
    assertThat(video(0).hostedStatus()).isEqualTo(new HostedStatus.AwaitingUpload());
    assertThat(video(4).hostedStatus())
        .isEqualTo(new HostedStatus.Playable(Duration.ofSeconds(105), 1920, 1080));
    assertThat(video(5).hostedStatus()).isInstanceOf(HostedStatus.Failed.class);
    assertThat(video(6).hostedStatus()).isInstanceOf(HostedStatus.Failed.class);
    assertThat(video(8).hostedStatus()).isInstanceOf(HostedStatus.Playable.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 42})
  void every_other_status_also_one_invented_later_means_wait(int status) {
    assertThat(video(status).hostedStatus())
        .isEqualTo(new HostedStatus.Processing(30, Optional.of(Duration.ofSeconds(105))));
  }

  private static BunnyVideo video(int status) {
    return new BunnyVideo("guid", "title", status, 105, 1920, 1080, 30, "");
  }
}
