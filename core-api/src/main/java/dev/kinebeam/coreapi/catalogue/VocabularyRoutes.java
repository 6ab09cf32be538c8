package dev.kinebeam.coreapi.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.curation.Refused;
import dev.kinebeam.catalog.curation.Taxonomy;
import dev.kinebeam.catalog.curation.Vocabulary;
import dev.kinebeam.catalog.curation.Vocabulary.Term;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code /v1/admin/exercise-categories}, {@code exercise-body-regions} and {@code
 * exercise-equipment}: the vocabulary, which is the platform's.
 */
public record VocabularyRoutes(CatalogueAccess access) {

  /** The routes of all three parts. */
  public List<Route> routes() {
    return List.of(
            of("exercise-categories", Taxonomy.CATEGORIES),
            of("exercise-body-regions", Taxonomy.BODY_REGIONS),
            of("exercise-equipment", Taxonomy.EQUIPMENT))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private List<Route> of(String name, Taxonomy taxonomy) {
    String all = "/v1/admin/" + name;
    String one = all + "/{id}";
    return List.of(
        new Route(Method.GET, all, Permission.EXERCISES_READ.roles(), list(taxonomy)),
        new Route(Method.POST, all, Permission.CATALOGUE_MANAGE.roles(), add(taxonomy)),
        new Route(Method.PATCH, one, Permission.CATALOGUE_MANAGE.roles(), change(taxonomy)),
        new Route(Method.DELETE, one, Permission.CATALOGUE_MANAGE.roles(), remove(taxonomy)));
  }

  private Route.Handler list(Taxonomy taxonomy) {
    return (call, caller) ->
        Reply.json(200, Map.of("terms", new Vocabulary(access.organisations()).list(taxonomy)));
  }

  private Route.Handler add(Taxonomy taxonomy) {
    return (call, caller) -> {
      JsonNode fields = JsonBody.read(call);
      try {
        return reply(
            201,
            new Vocabulary(access.writes(caller))
                .add(CatalogueAccess.curator(caller), taxonomy, fields));
      } catch (Refused e) {
        throw CatalogueAccess.problem(e);
      }
    };
  }

  private Route.Handler change(Taxonomy taxonomy) {
    return (call, caller) -> {
      UUID id = call.pathId("id");
      var precondition = CatalogueAccess.required(call);
      JsonNode fields = JsonBody.read(call);
      try {
        Optional<Term> changed =
            new Vocabulary(access.writes(caller))
                .change(CatalogueAccess.curator(caller), taxonomy, id, fields, precondition);
        return reply(200, changed.orElseThrow(VocabularyRoutes::none));
      } catch (Refused e) {
        throw CatalogueAccess.problem(e);
      }
    };
  }

  private Route.Handler remove(Taxonomy taxonomy) {
    return (call, caller) -> {
      UUID id = call.pathId("id");
      try {
        boolean removed =
            new Vocabulary(access.writes(caller))
                .remove(
                    CatalogueAccess.curator(caller), taxonomy, id, CatalogueAccess.optional(call));
        if (!removed) {
          throw none();
        }
        return Reply.json(200, Map.of("deleted", true));
      } catch (Refused e) {
        throw CatalogueAccess.problem(e);
      }
    };
  }

  private static Reply reply(int status, Term term) {
    return Reply.json(status, term).with("ETag", CatalogueAccess.tag(term.revision()));
  }

  private static Problem none() {
    return Problem.of(404, "There is no word with this id.");
  }
}
