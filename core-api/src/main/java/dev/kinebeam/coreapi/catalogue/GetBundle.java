package dev.kinebeam.coreapi.catalogue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.curation.CatalogueEntry;
import dev.kinebeam.catalog.curation.Curator;
import dev.kinebeam.catalog.curation.PreviewPlan;
import dev.kinebeam.catalog.db.BundleChecks;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/admin/exercises/{id}/bundle}: the raw exercise. Of composed videos its manifest,
 * the variants of each slot, what each language has and lacks, and what the last check found; of a
 * whole video where it is hosted.
 */
public record GetBundle(CatalogueAccess access, Optional<Bundles> bundles)
    implements Route.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(GetBundle.class);
  private static final int RETRY_SECONDS = 5;

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Curator curator = CatalogueAccess.curator(caller);
    CatalogueEntry entry =
        ExerciseRoutes.found(access.reader(caller).find(curator, call.pathId("id")));
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("exercise", entry.key().slug());
    json.put("kind", Words.write(entry.key().kind()));
    json.put("asset_version", entry.video().assetVersion());
    if (entry.key().kind() == Exercises.Kind.REPS_BASED) {
      composed(json, entry);
    } else {
      hosted(json, entry, curator, access.reads(caller));
    }
    new BundleChecks(access.reads(caller))
        .find(curator.organisation(), entry.id())
        .ifPresent(check -> json.set("last_check", check(check)));
    return Reply.json(200, json);
  }

  private void composed(ObjectNode json, CatalogueEntry entry) throws Problem {
    Bundles primitives =
        bundles.orElseThrow(
            () ->
                Problem.of(
                    503, "Bundles cannot be read: the operator has to set S3_ASSETS_BUCKET."));
    try {
      describe(json, primitives.load(entry.key().slug()));
    } catch (Bundles.UnusableException e) {
      json.set("unusable", Json.MAPPER.valueToTree(e.error()));
    } catch (IOException e) {
      LOG.warn("the primitives of {} cannot be listed: {}", entry.key().slug(), e.getMessage(), e);
      throw Problem.unavailable("The exercise's primitives cannot be listed now.", RETRY_SECONDS);
    }
  }

  private static void describe(ObjectNode json, Bundle bundle) {
    json.set("manifest", Json.MAPPER.valueToTree(bundle.manifest()));
    ArrayNode slots = json.putArray("slots");
    bundle
        .slots()
        .forEach(
            (slot, variants) -> {
              ObjectNode one = slots.addObject().put("slot", slot);
              variants.forEach(one.withArray("variants")::add);
            });
    List<FieldError> missing = PreviewPlan.of(bundle).missing();
    ArrayNode languages = json.putArray("languages");
    for (String language : bundle.manifest().languages()) {
      List<FieldError> lacks =
          missing.stream().filter(error -> error.field().equals("languages." + language)).toList();
      ObjectNode one = languages.addObject().put("language", language);
      one.put("complete", lacks.isEmpty());
      one.set("missing", Json.MAPPER.valueToTree(lacks));
    }
  }

  private static void hosted(
      ObjectNode json, CatalogueEntry entry, Curator curator, Database database) {
    ExerciseRenders renders = new ExerciseRenders(database);
    ArrayNode hosted = json.putArray("hosted");
    StreamSupport.stream(entry.video().previews().spliterator(), false)
        .map(preview -> UUID.fromString(preview.path("render_id").asText()))
        .flatMap(id -> renders.find(id, curator.organisation()).stream())
        .forEach(render -> hosted(hosted.addObject(), render));
  }

  private static void hosted(ObjectNode json, Render render) {
    json.put("language", render.key().language());
    render
        .outcome()
        .ifPresent(
            video ->
                json.put("host", video.host())
                    .put("hosted_video_id", video.hostVideoId())
                    .put("duration_seconds", video.durationSeconds()));
  }

  private static ObjectNode check(BundleChecks.Check check) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("checked_at", Rfc3339.text(check.checkedAt()));
    json.put("usable", check.usable());
    json.put("errors", check.errors());
    json.put("warnings", check.warnings());
    json.set("report", check.report());
    return json;
  }
}
