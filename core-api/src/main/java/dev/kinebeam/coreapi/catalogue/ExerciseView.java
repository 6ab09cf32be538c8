package dev.kinebeam.coreapi.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.curation.CatalogueEntry;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.http.Reply;

/** An exercise as those who curate it are answered. */
final class ExerciseView {
  private ExerciseView() {}

  /** With its entity tag. */
  static Reply reply(int status, CatalogueEntry entry) {
    return Reply.json(status, json(entry)).with("ETag", CatalogueAccess.tag(entry.revision()));
  }

  static ObjectNode json(CatalogueEntry entry) {
    ObjectNode json = entry.content().toJson();
    json.put("id", entry.id().toString());
    json.put("slug", entry.key().slug());
    json.put("kind", Words.write(entry.key().kind()));
    entry
        .key()
        .organisation()
        .ifPresent(organisation -> json.put("organization_id", organisation.toString()));
    json.put("status", Words.write(entry.status()));
    json.put("revision", entry.revision());
    video(json, entry.video());
    history(json, entry.history());
    return json;
  }

  private static void video(ObjectNode json, CatalogueEntry.Video video) {
    json.put("media_id", video.mediaId());
    json.put("asset_version", video.assetVersion());
    video.catalogRenderId().ifPresent(id -> json.put("catalog_render_id", id.toString()));
    json.set("previews", video.previews());
    json.set("preview_orders", video.ordered());
  }

  private static void history(ObjectNode json, CatalogueEntry.History history) {
    history.publishError().ifPresent(error -> json.put("publish_error", error));
    history.replacedBy().ifPresent(id -> json.put("replaced_by", id.toString()));
    json.put("created_at", Rfc3339.text(history.createdAt()));
    json.put("created_by", history.createdBy());
    json.put("updated_at", Rfc3339.text(history.updatedAt()));
    json.put("updated_by", history.updatedBy());
  }
}
