package dev.kinebeam.coreapi.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.curation.CatalogueImport;
import dev.kinebeam.catalog.curation.ImportedRow;
import dev.kinebeam.catalog.curation.VideoAdoption;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ImportedVideos;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/admin/exercises/import} with {@code {"exercises":[…]}}: enters them, adopts
 * hosted videos, and answers what became of each row. The same rows again change nothing.
 */
public record ImportExercises(CatalogueAccess access, Optional<VideoHosts> hosts)
    implements Route.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(ImportExercises.class);
  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_ROWS = 2_000;
  private static final int RETRY_SECONDS = 5;

  private record Answer(
      long added, long changed, long unchanged, long refused, List<ImportedRow> rows) {
    static Answer of(List<ImportedRow> rows) {
      return new Answer(
          count(rows, ImportedRow.Result.ADDED),
          count(rows, ImportedRow.Result.CHANGED),
          count(rows, ImportedRow.Result.UNCHANGED),
          count(rows, ImportedRow.Result.REFUSED),
          rows);
    }

    private static long count(List<ImportedRow> rows, ImportedRow.Result result) {
      return rows.stream().filter(row -> row.result() == result).count();
    }
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    List<JsonNode> rows = rows(JsonBody.read(call, MAX_BYTES).path("exercises"));
    Database database = access.writes(caller);
    Optional<VideoAdoption> adoption =
        hosts.map(configured -> new VideoAdoption(new ImportedVideos(database), configured));
    try {
      return Reply.json(
          200,
          Answer.of(
              new CatalogueImport(access.writer(caller), adoption)
                  .run(rows, caller.subject().toString())));
    } catch (IOException e) {
      LOG.warn("an import broke off: {}", e.getMessage(), e);
      throw Problem.unavailable(
          "The video host does not answer; send the same rows again to continue.", RETRY_SECONDS);
    }
  }

  private static List<JsonNode> rows(JsonNode given) throws Problem {
    if (!given.isArray() || given.isEmpty() || given.size() > MAX_ROWS) {
      throw Problem.invalid(
          400,
          "This is not an import.",
          List.of(
              new FieldError(
                  "exercises",
                  "out_of_range",
                  "exercises must be a list of 1 to " + MAX_ROWS + " rows")));
    }
    List<JsonNode> rows = new ArrayList<>();
    given.forEach(rows::add);
    return rows;
  }
}
