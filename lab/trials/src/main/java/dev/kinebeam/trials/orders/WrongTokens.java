package dev.kinebeam.trials.orders;

import dev.kinebeam.catalog.host.PlaybackToken;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Tokens of other renders, and tokens that expire while the video is played. */
final class WrongTokens implements OrderFault.Strike {
  private static final int FORBIDDEN = 403;
  private static final Duration VALID = Duration.ofSeconds(6);
  private static final Duration RENEWED_WITHIN = Duration.ofSeconds(30);

  @Override
  public void run(Stage stage) throws Exception {
    List<UUID> videos = stage.videos().all();
    refused(stage, videos.get(0), videos.get(1));
    URI address = stage.address(videos.get(0));
    UUID hosted = UUID.fromString(address.getPath().split("/", -1)[4]);
    String brief =
        new PlaybackToken(hosted, Instant.now().plus(VALID)).signed(stage.environment().tokenKey());
    Play play = stage.players().play(videos.get(0), Play.with(brief, address));
    boolean renewed = Await.comes(RENEWED_WITHIN, () -> play.renewals() > 0);
    stage.expect(renewed, "a player did not renew its expired token");
    // It continues with the new one: what it holds beyond what it shows does not become less.
    Await.until("the player continues", RENEWED_WITHIN, () -> play.holds(Duration.ofSeconds(3)));
    stage.expect(play.renewals() == 1, "a player renewed its token " + play.renewals() + " times");
  }

  private static void refused(Stage stage, UUID render, UUID other)
      throws IOException, InterruptedException {
    URI master = stage.address(render);
    String foreign = Play.tokenOf(stage.address(other));
    List<URI> segments = stage.segments(master);
    for (URI address : List.of(master, segments.get(segments.size() - 1))) {
      int status = stage.answer(Play.with(foreign, address)).statusCode();
      stage.expect(
          status == FORBIDDEN,
          "another render's token opened " + address.getPath() + ": " + status);
    }
  }
}
