package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.beam.files.S3Files;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchiveStore;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** Where an archive is, in a form that is sent to workers; {@link #toString} hides the keys. */
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
    String path = folder.toAbsolutePath().normalize().toString();
    return new ArchiveLocation(path, Map.of());
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

  /** Sets options such that a pipeline's files reach the archive. */
  PipelineOptions configure(PipelineOptions options) {
    return S3Files.configure(options, settings);
  }

  /**
   * The object as Beam's files know it; Beam must know the archive's file system, as it does once
   * the pipeline is created.
   */
  MatchResult.Metadata file(ArchiveObject object) {
    return MatchResult.Metadata.builder()
        .setResourceId(FileSystems.matchNewResource(root() + object.key(), false))
        .setSizeBytes(object.bytes())
        .setIsReadSeekEfficient(true)
        .build();
  }

  /** The archive's object that {@link #file} gave this file for. */
  ArchiveObject object(ReadableFile file) {
    MatchResult.Metadata found = file.getMetadata();
    String key = found.resourceId().toString().substring(root().length());
    return ArchiveObject.parse(key, found.sizeBytes()).orElseThrow();
  }

  private String root() {
    return this + "/";
  }

  @Override
  public String toString() {
    return folder != null ? folder : "s3://" + settings.get(ArchiveStore.BUCKET);
  }
}
