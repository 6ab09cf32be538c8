package dev.kinebeam.coreapi.catalogue;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.curation.CatalogueEntry;
import dev.kinebeam.catalog.curation.ExerciseStore;
import dev.kinebeam.catalog.curation.Refused;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.coreapi.input.IdempotencyKey;
import dev.kinebeam.coreapi.portal.Languages;
import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v2/exercises}: the exercises that a specialist may record a video of (those that are
 * published, and the organization's own drafts), and new ones by their names alone.
 */
public record OwnExerciseRoutes(CatalogueAccess access) {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 700;
  private static final int MOST_OFFSET = 1_000_000;
  private static final int LONGEST = 100;
  private static final int LONGEST_NAME = 200;
  private static final String CATEGORY = "other";

  /** Without accents, as people type it. */
  private static final String PLAIN =
      "translate(lower(%s), 'ăâîșşțţáéíóöőúüű', 'aaissttaeiooouuu')";

  private static final String PAGE =
      """
      SELECT e.exercise_id, e.slug, e.kind, e.status, e.org_id IS NOT NULL AS own,
             coalesce(named.name, e.display_name) AS name, count(*) OVER () AS total
        FROM exercises AS e
        LEFT JOIN LATERAL (
             SELECT e.translations #>> ARRAY[asked.language, 'display_name'] AS name
               FROM unnest(:languages) WITH ORDINALITY AS asked (language, place)
              WHERE e.translations #>> ARRAY[asked.language, 'display_name'] IS NOT NULL
              ORDER BY asked.place LIMIT 1) AS named ON true
       WHERE (e.status = 'published' OR (e.org_id IS NOT NULL AND e.status <> 'archived'))
         AND (:words = ''
              OR position(%1$s IN %2$s) > 0
              OR EXISTS (SELECT FROM jsonb_each(e.translations) AS t (language, texts)
                          WHERE position(%1$s IN %3$s) > 0))
       ORDER BY lower(coalesce(named.name, e.display_name)), e.exercise_id
       LIMIT :limit OFFSET :offset
      """
          .formatted(
              PLAIN.formatted(":words"),
              PLAIN.formatted("e.display_name"),
              PLAIN.formatted("coalesce(texts->>'display_name', '')"));

  /**
   * An exercise.
   *
   * @param own whether it is the organization's own
   */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  private record One(UUID id, String slug, String name, String kind, String status, boolean own) {}

  private record Page(List<One> exercises, long total, int limit, int offset) {}

  /** {@code GET /v2/exercises?q=&limit=&offset=}: by their names. */
  public Route.Handler search() {
    return new Search(access);
  }

  private record Search(CatalogueAccess access) implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("q", "limit", "offset");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      Inputs inputs = new Inputs(call);
      String words =
          inputs.read("q", "at most " + LONGEST + " characters", Search::words).orElse("");
      int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
      int offset = inputs.number("offset", 0, MOST_OFFSET).orElse(0);
      inputs.check();
      Languages languages = Languages.of(Optional.empty(), call.header("Accept-Language"));
      return Reply.json(
          200,
          access
              .reads(caller)
              .inOrg(caller.orgId(), handle -> page(handle, words, languages, limit, offset)));
    }

    private static String words(String text) {
      if (text.length() > LONGEST) {
        throw new IllegalArgumentException("too long");
      }
      return text.strip();
    }

    private static Page page(
        Handle handle, String words, Languages languages, int limit, int offset) {
      long[] total = {0};
      List<One> found =
          handle
              .createQuery(PAGE)
              .bind("words", words)
              .bind("languages", languages.favoured().toArray(new String[0]))
              .bind("limit", limit)
              .bind("offset", offset)
              .map(
                  (row, context) -> {
                    total[0] = row.getLong("total");
                    return new One(
                        row.getObject("exercise_id", UUID.class),
                        row.getString("slug"),
                        row.getString("name"),
                        row.getString("kind"),
                        row.getString("status"),
                        row.getBoolean("own"));
                  })
              .list();
      return new Page(found, total[0], limit, offset);
    }
  }

  /**
   * {@code POST /v2/exercises {"name", "categoryId"?}}: a draft of the organization's own, of kind
   * {@code duration_based} and without a video; {@code Idempotency-Key} makes repeating it safe.
   */
  public Route.Handler create() {
    return this::created;
  }

  private Reply created(Call call, Principal caller) throws Problem, IOException {
    Optional<String> key = IdempotencyKey.of(call);
    BodyFields fields = BodyFields.of(call, Set.of("name", "categoryId"));
    fields.require("name");
    Optional<String> name = fields.text("name", LONGEST_NAME);
    Optional<String> category = fields.text("categoryId", LONGEST);
    fields.check("This exercise cannot be entered.");
    String slug = category.isPresent() ? category(caller, category.get()) : CATEGORY;
    ObjectNode draft = Json.MAPPER.createObjectNode();
    draft.put("display_name", name.orElseThrow().strip());
    draft.put("kind", Words.write(Exercises.Kind.DURATION_BASED));
    draft.putArray("categories").add(slug);
    try {
      ExerciseStore.Created created =
          access.writer(caller).create(CatalogueAccess.curator(caller), draft, key);
      return Reply.json(created.isNew() ? 201 : 200, one(created.entry()));
    } catch (Refused e) {
      throw CatalogueAccess.problem(e);
    }
  }

  /** By its id or its slug, in any case: {@code OTHER} is {@code other}. */
  private String category(Principal caller, String word) throws Problem {
    Optional<String> slug =
        access
            .reads(caller)
            .inOrg(
                caller.orgId(),
                handle ->
                    handle
                        .createQuery(
                            "SELECT slug FROM exercise_categories"
                                + " WHERE slug = :slug OR category_id = :id::uuid")
                        .bind("slug", word.toLowerCase(Locale.ROOT))
                        .bind("id", uuid(word))
                        .mapTo(String.class)
                        .findFirst());
    return slug.orElseThrow(
        () ->
            Problem.invalid(
                400,
                "This exercise cannot be entered.",
                List.of(
                    new FieldError(
                        "categoryId",
                        "unknown_term",
                        "categoryId is %s, which is not in the vocabulary".formatted(word)))));
  }

  private static @Nullable String uuid(String word) {
    try {
      return StrictUuid.parse(word).toString();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static One one(CatalogueEntry entry) {
    return new One(
        entry.id(),
        entry.key().slug(),
        entry.content().names().displayName(),
        Words.write(entry.key().kind()),
        Words.write(entry.status()),
        entry.key().organisation().isPresent());
  }
}
