package dev.kinebeam.videohost;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.videohost.HostedVideo.Picture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code POST /videos/{guid}/composition} with a recipe, in place of an upload. Not part of Bunny's
 * API: it is what only a host can do that stands beside the mezzanines.
 */
final class CompositionRoute {
  private final VideoStore videos;
  private final Optional<Compositions> compositions;
  private final Webhooks webhooks;

  CompositionRoute(VideoStore videos, Optional<Compositions> compositions, Webhooks webhooks) {
    this.videos = videos;
    this.compositions = compositions;
    this.webhooks = webhooks;
  }

  /** Answers when the video can be played. */
  void handle(ApiCall call, String guid) throws ApiFailure, IOException {
    if (!call.method().equals("POST")) {
      throw new ApiFailure(ApiCall.NOT_ALLOWED, "POST");
    }
    JsonNode recipe = call.json();
    if (compositions.isEmpty()) {
      throw new ApiFailure(
          ApiCall.NOT_FOUND, "this host composes nothing: it was started without --bundles");
    }
    HostedVideo video =
        videos
            .find(guid)
            .orElseThrow(() -> new ApiFailure(ApiCall.NOT_FOUND, "there is no video " + guid));
    if (video.status() != VideoStatus.CREATED) {
      throw new ApiFailure(ApiCall.BAD_REQUEST, "The requested video was already uploaded");
    }
    Picture picture = compose(guid, recipe);
    if (videos.change(guid, v -> v.transcoding(picture).finished()).isEmpty()) {
      throw new ApiFailure(ApiCall.NOT_FOUND, "the video " + guid + " was deleted meanwhile");
    }
    webhooks.announce(guid, WebhookStatus.RESOLUTION_FINISHED);
    webhooks.announce(guid, WebhookStatus.FINISHED);
    call.answerStatus(ApiCall.OK, "OK");
  }

  private Picture compose(String guid, JsonNode recipe) throws ApiFailure {
    try {
      byte[] json = recipe.toString().getBytes(StandardCharsets.UTF_8);
      return compositions.get().compose(guid, json);
    } catch (IOException e) {
      throw new ApiFailure(ApiCall.BROKEN, "the video could not be composed: " + e.getMessage());
    }
  }
}
