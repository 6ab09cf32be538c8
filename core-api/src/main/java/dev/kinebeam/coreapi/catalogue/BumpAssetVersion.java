package dev.kinebeam.coreapi.catalogue;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.curation.AssetVersions;
import dev.kinebeam.catalog.curation.Publishing;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.Optional;

/**
 * {@code POST /v1/admin/exercises/{slug}/asset-version/bump}: the next asset version. 202 while its
 * previews are being made, meanwhile the present ones are shown; 200 when there are none to make,
 * as of a draft.
 */
public record BumpAssetVersion(CatalogueAccess access, Optional<Bundles> bundles)
    implements Route.Handler {
  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Publishing.Outcome outcome =
        PublishExercise.outcome(
            bundles,
            primitives ->
                new AssetVersions(access.writer(caller), primitives)
                    .bump(
                        CatalogueAccess.curator(caller),
                        call.path("slug"),
                        CatalogueAccess.optional(call)));
    boolean made = outcome.entry().video().ordered().isEmpty();
    return PublishExercise.reply(made ? 200 : 202, outcome);
  }
}
