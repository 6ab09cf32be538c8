package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.eventarchive.ArchiveStore;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Where an archive is, as workers can be told it; {@link #toString} hides the keys. */
public final class ArchiveLocation implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private final HashMap<String, String> settings;

  private ArchiveLocation(String folder, Map<String, String> settings) {
    this.folder = folder;
    this.settings = new HashMap<>(settings);
  }

  /** A folder that every worker can reach. */
  public static ArchiveLocation folder(Path folder) {
    return new ArchiveLocation(folder.toAbsolutePath().toString(), Map.of());
  }

  /**
   * The bucket that these {@code S3_…} settings name.
   *
   * @throws IllegalArgumentException naming the setting that is missing or wrong
   */
  public static ArchiveLocation bucket(Map<String, String> env) {
    Map<String, String> settings = new HashMap<>();
    env.forEach(
        (name, value) -> {
          if (name.startsWith("S3_")) {
            settings.put(name, value);
          }
        });
    ArchiveLocation place = new ArchiveLocation(null, settings);
    place.open().close();
    return place;
  }

  /** Opens it; opens no connection yet. */
  public ArchiveStore open() {
    return folder != null
        ? ArchiveStore.folder(Path.of(folder))
        : ArchiveStore.fromEnvironment(settings);
  }

  @Override
  public String toString() {
    return folder != null ? folder : "s3://" + settings.get(ArchiveStore.BUCKET);
  }
}
