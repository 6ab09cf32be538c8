package dev.kinebeam.catalog.bundle;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The exercises' filming primitives as the object store lists them now, give or take a few seconds.
 */
public final class Bundles {
  private static final String MANIFEST = "manifest.json";
  private static final Duration MEMORY = Duration.ofSeconds(10);

  private final Files files;
  private final Cache<String, Bundle> known =
      Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(MEMORY).build();

  /** Where the primitives are. */
  public interface Files {
    /** Names of the exercise's files, relative to its folder; none when there is no folder. */
    List<String> list(String exercise) throws IOException;

    /** One small file's bytes. */
    byte[] read(String exercise, String file) throws IOException;
  }

  /** The exercise has no bundle that anything could be composed from. */
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient FieldError error;

    private UnusableException(String code, String message) {
      super(message);
      this.error = new FieldError("exercise", code, message);
    }

    /** The defects, each reported for the recipe's field that requires the file. */
    public FieldError error() {
      return error;
    }
  }

  public Bundles(Files files) {
    this.files = files;
  }

  /**
   * The bundle of one exercise.
   *
   * @throws UnusableException when it has none, or one with a broken manifest
   * @throws IOException when the object store cannot be asked
   */
  public Bundle find(String exercise) throws UnusableException, IOException {
    Bundle bundle = known.getIfPresent(exercise);
    if (bundle == null) {
      bundle = load(exercise);
      known.put(exercise, bundle);
    }
    return bundle;
  }

  /** As {@link #find}, asking the object store now. */
  public Bundle load(String exercise) throws UnusableException, IOException {
    List<String> names = files.list(exercise);
    if (!names.contains(MANIFEST)) {
      throw new UnusableException(
          "no_manifest", "the primitives of " + exercise + " have no " + MANIFEST);
    }
    Manifest.Parsed parsed = Manifest.parse(files.read(exercise, MANIFEST));
    if (parsed instanceof Manifest.Valid valid) {
      return Bundle.of(valid.manifest(), names);
    }
    String reasons =
        ((Manifest.Invalid) parsed)
            .errors().stream().map(FieldError::message).collect(Collectors.joining("; "));
    throw new UnusableException(
        "bad_manifest", "the " + MANIFEST + " of " + exercise + " is wrong: " + reasons);
  }
}
