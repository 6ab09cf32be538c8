package dev.kinebeam.coreapi.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.Collator;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * {@code GET /v1/portal/vocabulary?language=}: by which words published exercises can be filtered,
 * each in the patient's language where there is a translation, in the order of that language. Words
 * that no published exercise has are left out.
 */
public record GetVocabulary(Database database) implements Route.Handler {
  private static final int MOST = 200;

  private static final String USED =
      """
      SELECT v.slug, v.name, v.translations::text AS translations FROM %1$s AS v
       WHERE EXISTS (SELECT FROM exercise_tags AS t JOIN exercises AS e USING (exercise_id)
                      WHERE t.%2$s = v.%2$s AND e.status = 'published')
       ORDER BY v.slug LIMIT :most
      """;

  private record Answer(
      List<PortalExercise.Term> bodyRegions, List<PortalExercise.Term> equipment) {}

  @Override
  public Set<String> parameters() {
    return Set.of("language");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Languages languages =
        Languages.of(
            inputs.read("language", Languages.FORM, Languages::code),
            call.header("Accept-Language"));
    inputs.check();
    return Reply.json(
        200,
        database.inOrg(
            caller.orgId(),
            handle ->
                new Answer(
                    used(handle, "exercise_body_regions", "body_region_id", languages),
                    used(handle, "exercise_equipment", "equipment_id", languages))));
  }

  private static List<PortalExercise.Term> used(
      Handle handle, String table, String id, Languages languages) {
    Locale order =
        languages.favoured().stream().findFirst().map(Locale::forLanguageTag).orElse(Locale.ROOT);
    return handle
        .createQuery(USED.formatted(table, id))
        .bind("most", MOST)
        .map((row, context) -> term(row, languages))
        .stream()
        .sorted(Comparator.comparing(PortalExercise.Term::name, Collator.getInstance(order)))
        .toList();
  }

  private static PortalExercise.Term term(ResultSet row, Languages languages) throws SQLException {
    Map<String, String> names = new LinkedHashMap<>();
    try {
      JsonNode translations = Json.MAPPER.readTree(row.getString("translations"));
      for (String language : languages.favoured()) {
        JsonNode name = translations.path(language).path("name");
        if (name.isTextual()) {
          names.put(language, name.asText());
        }
      }
    } catch (JsonProcessingException e) {
      throw new SQLException("PostgreSQL wrote JSON that is none", e);
    }
    String plain = row.getString("name");
    return new PortalExercise.Term(
        row.getString("slug"), languages.pick(names, "").map(Languages.Picked::text).orElse(plain));
  }
}
