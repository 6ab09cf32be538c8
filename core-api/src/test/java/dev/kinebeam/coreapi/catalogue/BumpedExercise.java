package dev.kinebeam.coreapi.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** An exercise whose bundle has two languages, of which the first is ro. */
record BumpedExercise(TestCoreApi api, String slug, String path) {
  static final String SUPERADMIN = Tokens.of(Role.SUPERADMIN, TestCoreApi.ORG, UUID.randomUUID());

  static BumpedExercise draft(TestCoreApi api, String slug) throws Exception {
    api.primitives.put(slug, List.of("ro", "en"), List.of("ro", "en"));
    Answer created =
        post(
            api,
            "/v1/admin/exercises",
            "{\"slug\":\"%s\",\"kind\":\"reps_based\",\"display_name\":\"A\"}".formatted(slug));
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    return new BumpedExercise(
        api, slug, "/v1/admin/exercises/" + created.json().path("id").asText());
  }

  Answer publish() throws Exception {
    return post(api, path + "/publish", "{}");
  }

  Answer bump() throws Exception {
    return post(api, "/v1/admin/exercises/" + slug + "/asset-version/bump", "{}");
  }

  JsonNode read() throws Exception {
    return api.get(path, SUPERADMIN).json();
  }

  ComposeOrder preview(String language, int version) {
    List<SetSpec> sets = List.of(new SetSpec("left", 5), new SetSpec("right", 5));
    return new ComposeOrder(new Recipe(slug, language, sets, null, false), version, false);
  }

  void ready(String language, int version) {
    api.renders().ready(preview(language, version), outcome());
  }

  /** The asset version of each preview that is shown, and the first language's for all. */
  String shown() {
    return text(
        """
          SELECT (SELECT string_agg(p.language || p.asset_version, ' ' ORDER BY p.language)
                    FROM exercise_previews AS p WHERE p.exercise_id = e.exercise_id)
                 || ' of ' || r.language || r.asset_version
            FROM exercises AS e JOIN exercise_renders AS r ON r.render_id = e.catalog_render_id
           WHERE e.slug = ?
          """,
        slug);
  }

  /** The asset version of each preview that is awaited. */
  String ordered() {
    return text(
        """
          SELECT coalesce(string_agg(o.language || o.asset_version, ' ' ORDER BY o.position), '')
            FROM preview_orders AS o JOIN exercises AS e USING (exercise_id) WHERE e.slug = ?
          """,
        slug);
  }

  long renders(int version) {
    return Long.parseLong(
        text(
            """
              SELECT count(*)::text FROM exercise_renders AS r JOIN exercises AS e
                     USING (exercise_id) WHERE e.slug = ? AND r.asset_version = ?
              """,
            slug,
            version));
  }

  private static Render.Outcome outcome() {
    return new Render.Outcome(
        "own", UUID.randomUUID().toString(), 20, Optional.empty(), Optional.empty(), List.of());
  }

  private static Answer post(TestCoreApi api, String path, String body) throws Exception {
    return api.send(api.post(path, SUPERADMIN, body.getBytes(UTF_8)));
  }

  private String text(String sql, Object... values) {
    return api.owner().withHandle(handle -> handle.select(sql, values).mapTo(String.class).one());
  }
}
