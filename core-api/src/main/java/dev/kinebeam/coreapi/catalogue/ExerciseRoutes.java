package dev.kinebeam.coreapi.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.curation.CatalogueEntry;
import dev.kinebeam.catalog.curation.ExerciseFilter;
import dev.kinebeam.catalog.curation.ExerciseStore;
import dev.kinebeam.catalog.curation.Lifecycle;
import dev.kinebeam.catalog.curation.Merging;
import dev.kinebeam.catalog.curation.Refused;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.coreapi.input.IdempotencyKey;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * {@code /v1/admin/exercises}: the catalogue as those who curate it see it. Exercises are never
 * deleted; {@code DELETE} answers 405.
 */
public record ExerciseRoutes(CatalogueAccess access) {
  private static final int MAX_BYTES = 256 * 1024;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;

  /** {@code GET /v1/admin/exercises?status=&kind=&q=&limit=&cursor=}: by slugs. */
  public Route.Handler list() {
    return new Listing(access);
  }

  private record Listing(CatalogueAccess access) implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("status", "kind", "q", "limit", "cursor");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      Inputs inputs = new Inputs(call);
      ExerciseFilter filter =
          new ExerciseFilter(
              inputs.read(
                  "status",
                  "draft, publishing, published or archived",
                  word -> Words.read(Exercises.Status.class, word)),
              inputs.read(
                  "kind",
                  "reps_based or duration_based",
                  word -> Words.read(Exercises.Kind.class, word)),
              inputs.text("q"),
              inputs.read("cursor", "next of an earlier page", ExerciseRoutes::slug));
      int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
      inputs.check();
      List<CatalogueEntry> found =
          access.reader(caller).list(CatalogueAccess.curator(caller), filter, limit + 1);
      return Reply.json(200, page(found, limit));
    }
  }

  private static String slug(String word) {
    if (!Recipe.isSlug(word)) {
      throw new IllegalArgumentException("not a slug");
    }
    return word;
  }

  private static ObjectNode page(List<CatalogueEntry> found, int limit) {
    ObjectNode page = Json.MAPPER.createObjectNode();
    ArrayNode exercises = page.putArray("exercises");
    found.stream().limit(limit).map(ExerciseView::json).forEach(exercises::add);
    if (found.size() > limit) {
      page.put("next", found.get(limit - 1).key().slug());
    }
    return page;
  }

  /** {@code GET /v1/admin/exercises/{id}}, with its ETag. */
  public Route.Handler get() {
    return (call, caller) ->
        ExerciseView.reply(
            200,
            found(access.reader(caller).find(CatalogueAccess.curator(caller), call.pathId("id"))));
  }

  /** {@code POST /v1/admin/exercises}: a draft; {@code Idempotency-Key} makes repeating it safe. */
  public Route.Handler create() {
    return this::created;
  }

  private Reply created(Call call, Principal caller) throws Problem, IOException {
    Optional<String> key = IdempotencyKey.of(call);
    JsonNode fields = JsonBody.read(call, MAX_BYTES);
    try {
      ExerciseStore.Created created =
          access.writer(caller).create(CatalogueAccess.curator(caller), fields, key);
      return ExerciseView.reply(created.isNew() ? 201 : 200, created.entry())
          .with("Location", "/v1/admin/exercises/" + created.entry().id());
    } catch (Refused e) {
      throw CatalogueAccess.problem(e);
    }
  }

  /** {@code PATCH /v1/admin/exercises/{id}} with {@code If-Match}: the fields that are given. */
  public Route.Handler change() {
    return (call, caller) -> {
      UUID id = call.pathId("id");
      var precondition = CatalogueAccess.required(call);
      JsonNode fields = JsonBody.read(call, MAX_BYTES);
      try {
        return ExerciseView.reply(
            200,
            found(
                access
                    .writer(caller)
                    .change(CatalogueAccess.curator(caller), id, fields, precondition)));
      } catch (Refused e) {
        throw CatalogueAccess.problem(e);
      }
    };
  }

  /** {@code POST /v1/admin/exercises/{id}/unpublish}, {@code archive} and {@code restore}. */
  public Route.Handler step(Lifecycle.Step step) {
    return (call, caller) -> {
      try {
        return ExerciseView.reply(
            200,
            found(
                access
                    .writer(caller)
                    .step(
                        CatalogueAccess.curator(caller),
                        call.pathId("id"),
                        step,
                        CatalogueAccess.optional(call))));
      } catch (Refused e) {
        throw CatalogueAccess.problem(e);
      }
    };
  }

  /** {@code POST /v1/admin/exercises/{id}/merge} with {@code {"into": UUID}}. */
  public Route.Handler merge() {
    return (call, caller) -> {
      UUID id = call.pathId("id");
      UUID into = into(JsonBody.read(call));
      try {
        return ExerciseView.reply(
            200,
            found(
                new Merging(access.writer(caller))
                    .merge(
                        CatalogueAccess.curator(caller),
                        id,
                        into,
                        CatalogueAccess.optional(call))));
      } catch (Refused e) {
        throw CatalogueAccess.problem(e);
      }
    };
  }

  private static UUID into(JsonNode body) throws Problem {
    try {
      return StrictUuid.parse(body.path("into").asText());
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
          400,
          "This is not a merge.",
          List.of(
              new FieldError(
                  "into",
                  "bad_format",
                  "into is %s; it must be the id of the exercise that stays"
                      .formatted(JsonBody.shown(body.path("into"))))));
    }
  }

  static <T> T found(Optional<T> entry) throws Problem {
    return entry.orElseThrow(() -> Problem.of(404, "There is no exercise with this id."));
  }
}
