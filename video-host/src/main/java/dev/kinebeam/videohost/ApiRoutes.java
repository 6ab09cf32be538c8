package dev.kinebeam.videohost;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.host.OwnHost;
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

  private final VideoRecords videos;
  private final Segments segments;
  private final Originals originals;
  private final Transcodes transcodes;

  ApiRoutes(VideoRecords videos, Segments segments, Originals originals, Transcodes transcodes) {
    this.videos = videos;
    this.segments = segments;
    this.originals = originals;
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
    Optional<StoredVideo> there = videos.find(id).map(VideoRecords.Known::video);
    if (body.has("composition") == body.has("upload")) {
      throw wrong("composition", "either composition or upload is there, and not both");
    }
    if (body.has("upload")) {
      return publishUpload(
          StoredVideo.uploaded(id, collection, title, name(body, "upload")), there);
    }
    Composition composition = composition(body.get("composition"));
    if (there.isPresent() && there.get().status() != StoredVideo.Status.FAILED) {
      if (!composition.equals(there.get().composition())) {
        throw Problem.invalid(
            409,
            "There is another composition of this title.",
            List.of(
                new FieldError(
                    "title",
                    "conflict",
                    title + " in " + collection + " has another composition")));
      }
      return Reply.json(200, view(there.get()));
    }
    return Reply.json(
        201, view(videos.save(StoredVideo.composed(id, collection, title, composition)).video()));
  }

  private Reply publishUpload(StoredVideo video, Optional<StoredVideo> there) throws IOException {
    if (there.isPresent() && there.get().status() != StoredVideo.Status.FAILED) {
      return Reply.json(200, view(there.get()));
    }
    videos.save(video);
    transcodes.enqueue(video.id());
    return Reply.json(202, view(video));
  }

  private Reply find(Call call, Principal caller) throws Problem, IOException {
    StoredVideo video = known(call);
    return Reply.json(200, view(transcodes.withProgress(video)));
  }

  private Reply delete(Call call, Principal caller) throws Problem, IOException {
    StoredVideo video = known(call);
    transcodes.delete(video);
    videos.delete(video.id());
    segments.forget(video.id());
    originals.delete(video.id());
    return Reply.empty(204, Map.of());
  }

  private StoredVideo known(Call call) throws Problem, IOException {
    return videos
        .find(call.pathId("video"))
        .map(VideoRecords.Known::video)
        .orElseThrow(() -> Problem.of(404, "There is no such video."));
  }

  private static Map<String, Object> view(StoredVideo video) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", video.id());
    view.put("collection", video.collection());
    view.put("title", video.title());
    view.put("status", video.status());
    view.put("percent", video.percent());
    if (video.failure() != null) {
      view.put("failure", video.failure());
    }
    if (video.composition() != null) {
      Composition.Rung best = video.composition().rungs().get(0);
      view.put("seconds", Math.round(video.composition().seconds()));
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

  private static Composition composition(JsonNode json) throws Problem {
    Composition.Parsed parsed = Composition.parse(json.toString().getBytes(UTF_8));
    if (parsed instanceof Composition.Invalid invalid) {
      throw Problem.invalid(400, "The composition cannot be played.", invalid.errors());
    }
    return ((Composition.Valid) parsed).composition();
  }

  private static Problem wrong(String field, String message) {
    return Problem.invalid(
        400, "The request cannot be served.", List.of(new FieldError(field, "wrong", message)));
  }
}
