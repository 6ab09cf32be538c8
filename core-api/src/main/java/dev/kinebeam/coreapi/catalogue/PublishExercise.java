package dev.kinebeam.coreapi.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.curation.CatalogueEntry;
import dev.kinebeam.catalog.curation.Publishing;
import dev.kinebeam.catalog.curation.Refused;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/admin/exercises/{id}/publish}: 200 when the exercise is published, 202 while its
 * previews are being made: it is published with the first language's by itself. {@code missing}
 * says what keeps other languages from having one.
 */
public record PublishExercise(CatalogueAccess access, Optional<Bundles> bundles)
    implements Route.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(PublishExercise.class);
  private static final int RETRY_SECONDS = 5;

  /** Orders previews. */
  @FunctionalInterface
  interface Ordering {
    Optional<Publishing.Outcome> order(Bundles bundles) throws Refused, IOException, Problem;
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Publishing.Outcome outcome =
        outcome(
            bundles,
            primitives ->
                new Publishing(access.writer(caller), primitives)
                    .publish(
                        CatalogueAccess.curator(caller),
                        call.pathId("id"),
                        CatalogueAccess.optional(call)));
    return reply(outcome.entry().status() == Exercises.Status.PUBLISHED ? 200 : 202, outcome);
  }

  /** What ordering led to. */
  static Publishing.Outcome outcome(Optional<Bundles> bundles, Ordering ordering) throws Problem {
    Bundles primitives =
        bundles.orElseThrow(
            () ->
                Problem.of(
                    503,
                    "Previews cannot be ordered here: the operator has to set S3_ASSETS_BUCKET."));
    try {
      return ExerciseRoutes.found(ordering.order(primitives));
    } catch (Refused e) {
      throw CatalogueAccess.problem(e);
    } catch (IOException e) {
      LOG.warn("the primitives of an exercise cannot be listed: {}", e.getMessage(), e);
      throw Problem.unavailable("The exercise's primitives cannot be listed now.", RETRY_SECONDS);
    }
  }

  static Reply reply(int status, Publishing.Outcome outcome) {
    CatalogueEntry entry = outcome.entry();
    ObjectNode json = ExerciseView.json(entry);
    json.set("missing", Json.MAPPER.valueToTree(outcome.missing()));
    return Reply.json(status, json).with("ETag", CatalogueAccess.tag(entry.revision()));
  }
}
