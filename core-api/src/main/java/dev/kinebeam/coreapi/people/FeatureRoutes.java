package dev.kinebeam.coreapi.people;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Feature;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** {@code /v1/admin/organizations/{id}/features}: what an organization has switched on. */
public record FeatureRoutes(Database database) {
  private static final String ENABLED = "SELECT feature FROM organization_features WHERE enabled";

  private record View(String feature, boolean enabled) {}

  private record Answer(List<View> features) {}

  /** {@code GET …/features}: each that there is. */
  public Route.Handler list() {
    return (call, caller) ->
        Reply.json(200, AdminScope.of(database, call, caller, scope -> answer(scope.handle())));
  }

  /** {@code PUT …/features/{feature}} with {@code {"enabled": true}}. */
  public Route.Handler put() {
    return (call, caller) -> {
      Feature feature =
          Feature.of(call.path("feature"))
              .orElseThrow(
                  () ->
                      Problem.of(
                          404, "There is no such feature; there are " + Feature.words() + "."));
      BodyFields fields = BodyFields.of(call, Set.of("enabled"));
      fields.require("enabled");
      boolean enabled = fields.flag("enabled").orElse(false);
      fields.check("The feature cannot be set.");
      return Reply.json(
          200,
          AdminScope.of(
              database,
              call,
              caller,
              scope -> {
                scope.registry().feature(scope.id(), feature, enabled);
                return answer(scope.handle());
              }));
    };
  }

  private static Answer answer(Handle handle) {
    Set<String> enabled = handle.createQuery(ENABLED).mapTo(String.class).set();
    return new Answer(
        Arrays.stream(Feature.values())
            .map(feature -> new View(feature.word(), enabled.contains(feature.word())))
            .toList());
  }
}
