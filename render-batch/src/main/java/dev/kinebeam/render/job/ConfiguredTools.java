package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.DatabaseConfig;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.store.ObjectStore;
import dev.kinebeam.catalog.store.ObjectStoreSettings;
import dev.kinebeam.render.bundle.PrimitiveMirror;
import dev.kinebeam.render.bundle.S3Primitives;
import dev.kinebeam.render.mezzanine.MezzanineCache;
import dev.kinebeam.render.mezzanine.Normalizer;
import dev.kinebeam.render.mezzanine.Profile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The real tools: S3, PostgreSQL and Bunny Stream, as the environment of whoever started the job
 * names them. It travels inside the job, so that workers need no environment of their own.
 *
 * @param environment of the programs' contract ({@code DATABASE_URL}, {@code S3_…}, {@code
 *     BUNNY_STREAM_…}); holds secrets
 * @param directory on every worker: the mezzanine cache and files in the making
 * @param cacheBytes how big the cache may grow
 * @param playableWithin how long the host may take to make a render playable
 */
public record ConfiguredTools(
    TreeMap<String, String> environment,
    String directory,
    Profile profile,
    long cacheBytes,
    Duration playableWithin)
    implements Toolbox {
  private static final String HOST_NAME = "bunny-stream";

  /**
   * Tools from an environment.
   *
   * @throws IllegalArgumentException naming the variable that is missing or wrong
   */
  public static ConfiguredTools of(
      Map<String, String> environment,
      Path directory,
      Profile profile,
      long cacheBytes,
      Duration playableWithin) {
    ObjectStoreSettings.fromEnvironment(environment);
    BunnyStreamSettings.fromEnvironment(environment);
    TreeMap<String, String> needed = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("DATABASE_")
              || name.startsWith("S3_")
              || name.startsWith("BUNNY_STREAM_")) {
            needed.put(name, value);
          }
        });
    if (!needed.containsKey("DATABASE_URL")) {
      throw new IllegalArgumentException(
          "DATABASE_URL is not set: name the catalogue's database (jdbc:postgresql://…)");
    }
    return new ConfiguredTools(
        needed, directory.toAbsolutePath().toString(), profile, cacheBytes, playableWithin);
  }

  @Override
  public RenderTools open() {
    Path root = Path.of(directory);
    ObjectStore bucket = ObjectStore.open(ObjectStoreSettings.fromEnvironment(environment));
    Database database =
        Database.open(
            DatabaseConfig.of(
                environment.get("DATABASE_URL"),
                environment.getOrDefault("DATABASE_USER", "kinebeam_render"),
                environment.getOrDefault("DATABASE_PASSWORD", "")));
    return new RenderTools(
        new ExerciseRenders(database),
        new PrimitiveMirror(new S3Primitives(bucket), root.resolve("primitives")),
        new MezzanineCache(
            root.resolve("mezzanines"),
            profile,
            cacheBytes,
            Normalizer.withDefaults(),
            Clock.systemUTC()),
        BunnyStream.open(BunnyStreamSettings.fromEnvironment(environment)),
        HOST_NAME,
        root,
        playableWithin,
        () -> {
          bucket.close();
          database.close();
        });
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "database "
        + environment.get("DATABASE_URL")
        + ", "
        + BunnyStreamSettings.fromEnvironment(environment)
        + ", bucket "
        + environment.get("S3_ASSETS_BUCKET")
        + ", profile "
        + profile.label()
        + ", directory "
        + directory;
  }
}
