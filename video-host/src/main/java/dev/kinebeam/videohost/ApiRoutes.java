package dev.kinebeam.videohost;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.host.OwnHost;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What publishers ask: to take a video, how far it is, and to delete it. */
final class ApiRoutes {
  private static final Set<Role> PROGRAMS = Set.of(Role.SERVICE);
  private static final int LONGEST_NAME = 200;

  /** Each is lost to another publication of the same video at the same moment. */
  private static final int ATTEMPTS = 5;

  private static final int RETRY_AFTER_SECONDS = 1;

  private final VideoRecords videos;
  private final Transcodes transcodes;

  ApiRoutes(VideoRecords videos, Transcodes transcodes) {
    this.videos = videos;
    this.transcodes = transcodes;
  }

  List<Route> routes() {
    return List.of(
        new Route(Method.POST, "/v1/videos", PROGRAMS, new WithBucket(this::publish)),
        new Route(Method.GET, "/v1/videos/{video}", PROGRAMS, new WithBucket(this::find)),
        new Route(Method.DELETE, "/v1/videos/{video}", PROGRAMS, new WithBucket(this::delete)));
  }

  private Reply publish(Call call, Principal caller) throws Problem, IOException {
    JsonNode body = body(call);
    String collection = name(body, "collection");
    String title = name(body, "title");
    UUID id = OwnHost.idOf(title, collection);
    if (body.has("composition") == body.has("upload")) {
      throw wrong("composition", "either composition or upload is there, and not both");
    }
    StoredVideo video =
        body.has("upload")
            ? StoredVideo.uploaded(id, collection, title, upload(body, id))
            : StoredVideo.composed(id, collection, title, composition(body.get("composition")));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<VideoRecords.Entry> there = videos.read(id);
      if (there.isPresent() && there.get().video().status() != StoredVideo.Status.FAILED) {
        return published(video, there.get().video());
      }
      Optional<VideoRecords.Entry> saved =
          there.isPresent() ? videos.replace(there.get(), video) : videos.create(video);
      if (saved.isPresent()) {
        return begun(video);
      }
    }
    throw Problem.unavailable("The video is being published by others.", RETRY_AFTER_SECONDS);
  }

  private Reply begun(StoredVideo video) {
    if (video.status() == StoredVideo.Status.PROCESSING) {
      transcodes.enqueue(video.id());
      return Reply.json(202, view(video));
    }
    return Reply.json(201, view(video));
  }

  /** A video that is there stays as it is. */
  private Reply published(StoredVideo video, StoredVideo there) throws Problem {
    if (video.composition() != null && !video.composition().equals(there.composition())) {
      throw Problem.invalid(
          409,
          "There is another composition of this title.",
          List.of(
              new FieldError(
                  "title",
                  "conflict",
                  video.title() + " in " + video.collection() + " has another composition")));
    }
    return Reply.json(200, view(there));
  }

  private Reply find(Call call, Principal caller) throws Problem, IOException {
    StoredVideo video =
        videos
            .read(call.pathId("video"))
            .map(VideoRecords.Entry::video)
            .orElseThrow(ApiRoutes::missing);
    return Reply.json(200, view(video));
  }

  /**
   * Needs no record that can be read, and to delete a file none at all: publishers send it before
   * they ask for the video. The record is deleted last, so that a broken deletion can be repeated.
   */
  private Reply delete(Call call, Principal caller) throws Problem, IOException {
    UUID id = call.pathId("video");
    transcodes.deleteUpload(id);
    if (!videos.exists(id)) {
      throw missing();
    }
    videos.delete(id);
    return Reply.empty(204, Map.of());
  }

  private static Problem missing() {
    return Problem.of(404, "There is no such video.");
  }

  private Map<String, Object> view(StoredVideo video) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", video.id());
    view.put("collection", video.collection());
    view.put("title", video.title());
    view.put("status", video.status());
    view.put("percent", transcodes.percent(video));
    if (video.status() == StoredVideo.Status.FAILED) {
      view.put("failure", video.failure());
    }
    if (video.composition() != null) {
      Composition.Rung best = video.composition().rungs().get(0);
      view.put("seconds", Math.round(video.composition().seconds() * 1000) / 1000.0);
      view.put("width", best.width());
      view.put("height", best.height());
    }
    return view;
  }

  private static JsonNode body(Call call) throws Problem, IOException {
    try {
      JsonNode body = Json.MAPPER.readTree(call.body());
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      throw wrong("", "the body is not JSON: " + Json.reason(e));
    }
    throw wrong("", "the body must be a JSON object");
  }

  private static String name(JsonNode body, String field) throws Problem {
    JsonNode value = body.path(field);
    if (!value.isTextual() || value.asText().isBlank() || value.asText().length() > LONGEST_NAME) {
      throw wrong(field, field + " must be a text of 1 to " + LONGEST_NAME + " characters");
    }
    return value.asText();
  }

  /** A file of this video and no other object of the bucket: deleting the video deletes it. */
  private static String upload(JsonNode body, UUID id) throws Problem {
    String key = name(body, "upload");
    if (!key.equals(Transcodes.uploadKey(id))) {
      throw wrong("upload", "upload is " + key + "; it must be " + Transcodes.uploadKey(id));
    }
    return key;
  }

  /** Nothing is kept that could not be played. */
  private static Composition composition(JsonNode json) throws Problem {
    Composition.Parsed parsed = Composition.parse(json.toString().getBytes(UTF_8));
    if (parsed instanceof Composition.Invalid invalid) {
      throw unplayable(invalid.errors());
    }
    Composition composition = ((Composition.Valid) parsed).composition();
    try {
      HlsRender.of(composition);
    } catch (IllegalArgumentException e) {
      throw unplayable(List.of(new FieldError("rungs", "not_allowed", e.getMessage())));
    }
    return composition;
  }

  private static Problem unplayable(List<FieldError> errors) {
    return Problem.invalid(400, "The composition cannot be played.", errors);
  }

  private static Problem wrong(String field, String message) {
    return Problem.invalid(
        400, "The request cannot be served.", List.of(new FieldError(field, "wrong", message)));
  }
}
