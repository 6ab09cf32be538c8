package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.curation.EntryWriter.Draft;
import dev.kinebeam.catalog.curation.ImportedRow.Result;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/**
 * Enters many exercises that are for all. A row has {@code slug}, {@code kind} and the fields of
 * {@link ContentReader#FIELDS}; of an exercise that is there, the fields that a row has take the
 * place of the present ones. A row with {@code host}, {@code hosted_video_id} and {@code language}
 * also adopts a video that is at the host already. Rows are independent: one that is refused says
 * why and does not keep others from being entered. The same rows again change nothing.
 *
 * @param adoption how hosted videos are taken over; empty where no host is configured
 */
public record CatalogueImport(ExerciseStore store, Optional<VideoAdoption> adoption) {
  private static final Set<String> HOSTED = Set.of("host", "hosted_video_id", "language");
  private static final Set<String> KEYS = Set.of("slug", "kind");
  private static final Set<String> KNOWN = known();

  private static Set<String> known() {
    Set<String> known = new HashSet<>(ContentReader.FIELDS);
    known.addAll(HOSTED);
    known.addAll(KEYS);
    return Set.copyOf(known);
  }

  /**
   * Imports rows.
   *
   * @param actor whom the audit log names
   * @return a result for each row, in their order
   * @throws IOException when a video host cannot be asked; what was entered stays, and the same
   *     rows continue it
   */
  public List<ImportedRow> run(List<JsonNode> rows, String actor) throws IOException {
    Curator platform = new Curator(Optional.empty(), actor);
    List<ImportedRow> entered = enter(rows, platform);
    List<ImportedRow> results = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      results.add(adopted(rows.get(i), entered.get(i), actor));
    }
    return results;
  }

  private List<ImportedRow> enter(List<JsonNode> rows, Curator platform) {
    return store
        .database()
        .inTransaction(
            handle -> {
              platform.sign(handle);
              Set<String> seen = new HashSet<>();
              ImportedRow[] results = new ImportedRow[rows.size()];
              for (int place : bySlug(rows)) {
                results[place] = enter(handle, platform, place + 1, rows.get(place), seen);
              }
              return List.of(results);
            });
  }

  /** Their places in one order, so that two imports of the same rows do not wait in a circle. */
  private static List<Integer> bySlug(List<JsonNode> rows) {
    return IntStream.range(0, rows.size())
        .boxed()
        .sorted(Comparator.comparing(place -> rows.get(place).path("slug").asText()))
        .toList();
  }

  private static ImportedRow enter(
      Handle handle, Curator platform, int number, JsonNode row, Set<String> seen) {
    String named = row.path("slug").asText();
    ImportedRow result =
        new ImportedRow(number, Recipe.isSlug(named) ? named : null, Result.UNCHANGED, List.of());
    try {
      Fields errors = new Fields();
      errors.requireObject(row, "", KNOWN);
      checkHosted(row, errors);
      if (!errors.all().isEmpty()) {
        return result.refused(errors.all());
      }
      String slug = ExerciseStore.slug(row.path("slug"));
      if (!seen.add(slug)) {
        throw Refused.conflict("slug", "repeated", "slug is " + slug + ", as in an earlier row");
      }
      return new ImportedRow(number, slug, entered(handle, platform, slug, row), List.of());
    } catch (Refused e) {
      return result.refused(e.errors());
    }
  }

  private static Result entered(Handle handle, Curator platform, String slug, JsonNode row)
      throws Refused {
    Optional<CatalogueEntry> present = EntryRows.find(handle, slug);
    if (present.isPresent()) {
      return changed(handle, platform, present.get(), row);
    }
    ExerciseContent content = ExerciseStore.checked(row, KNOWN);
    ExerciseStore.requireTags(handle, content);
    Draft draft =
        new Draft(
            UUID.randomUUID(),
            slug,
            ExerciseStore.kind(row.path("kind")),
            Optional.empty(),
            content);
    // Another import was faster between the look and the insert.
    return EntryWriter.insert(handle, draft)
        ? Result.ADDED
        : changed(handle, platform, EntryRows.find(handle, slug).orElseThrow(), row);
  }

  private static Result changed(
      Handle handle, Curator platform, CatalogueEntry present, JsonNode row) throws Refused {
    if (present.key().organisation().isPresent()) {
      throw Refused.conflict("slug", "taken", "slug is that of an organisation's own exercise");
    }
    if (row.has("kind") && ExerciseStore.kind(row.path("kind")) != present.key().kind()) {
      throw Refused.conflict(
          "kind", "not_allowed", "kind differs from that of the exercise, which never changes");
    }
    if (ExerciseStore.overlaid(present.content(), row).equals(present.content())) {
      return Result.UNCHANGED;
    }
    // What the row leaves out stays as it is now, also if it was changed at the same moment.
    ExerciseContent before =
        ExerciseStore.locked(handle, platform, present.id(), revision -> true)
            .orElseThrow()
            .content();
    ExerciseContent after = ExerciseStore.overlaid(before, row);
    if (after.equals(before)) {
      return Result.UNCHANGED;
    }
    ExerciseStore.requireTags(handle, after);
    EntryWriter.update(handle, present.id(), before, after);
    return Result.CHANGED;
  }

  private static boolean isHosted(JsonNode row) {
    return HOSTED.stream().anyMatch(row::has);
  }

  private static void checkHosted(JsonNode row, Fields errors) {
    if (!isHosted(row)) {
      return;
    }
    for (String field : HOSTED) {
      if (!row.path(field).isTextual() || row.path(field).asText().isBlank()) {
        errors.add(
            field,
            "required",
            field + " is missing; a hosted video is named by host, hosted_video_id and language");
      }
    }
    if (row.has("kind") && !row.path("kind").asText().equals(VideoAdoption.KIND)) {
      errors.add(
          "kind", "not_allowed", "kind must be " + VideoAdoption.KIND + " where a video is named");
    }
  }

  private ImportedRow adopted(JsonNode row, ImportedRow entered, String actor) throws IOException {
    if (entered.result() == Result.REFUSED || !isHosted(row)) {
      return entered;
    }
    try {
      VideoAdoption hosts =
          adoption.orElseThrow(
              () ->
                  Refused.conflict(
                      "host", "not_configured", "no video host is configured for this program"));
      return entered.with(hosts.adopt(row, actor));
    } catch (Refused e) {
      return entered.refused(e.errors());
    }
  }
}
