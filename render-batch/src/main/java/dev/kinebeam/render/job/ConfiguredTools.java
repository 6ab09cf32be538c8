package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.CreatedVideos;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.RenderCatalogue;
import dev.kinebeam.catalog.db.RenderClaims;
import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.catalog.host.OwnHost;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.catalog.removal.Removals;
import dev.kinebeam.catalog.sharing.SharedCollectionLock;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.composer.bundle.S3Primitives;
import dev.kinebeam.composer.lock.ProcessFolder;
import dev.kinebeam.composer.mezzanine.MezzanineBucket;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.mezzanine.Quality;
import dev.kinebeam.composer.mezzanine.SharedMezzanines;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.render.hosting.Claims;
import dev.kinebeam.render.hosting.HostWaits;
import dev.kinebeam.render.hosting.Publisher;
import dev.kinebeam.schemas.Masked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/**
 * The real tools: S3, PostgreSQL and Bunny Stream, as the environment of whoever started the job
 * names them. It travels inside the job, so that workers need no environment of their own.
 *
 * @param environment of the programs' contract ({@code DATABASE_URL}, {@code S3_…}, {@code
 *     BUNNY_STREAM_…}, {@code CLOUDFLARE_STREAM_…}); holds secrets
 * @param directory on every worker: the mezzanine cache and files in the making
 * @param cacheBytes how big the cache may grow
 * @param playableWithin how long the host may take to make a render playable
 * @param retryFor how long to retry a host, store or database that is unavailable
 */
public record ConfiguredTools(
    TreeMap<String, String> environment,
    String directory,
    Profile profile,
    long cacheBytes,
    Duration playableWithin,
    Duration retryFor)
    implements Toolbox {
  /** Names the bucket of the mezzanines that machines share. */
  private static final String MEZZANINES = "S3_MEZZANINE_BUCKET";

  private static final String USER = "kinebeam_render";

  /** How long a dead worker's claim keeps workers of other machines away. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final Duration REMOVALS_EVERY = Duration.ofMinutes(10);

  /** Composing, an upload over a slow line, and the writing of rows. */
  private static final Duration COMPOSED_WITHIN = Duration.ofMinutes(10);

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
      Duration playableWithin,
      Duration retryFor) {
    ObjectStoreSettings.fromEnvironment(environment);
    String host = VideoHosts.Settings.fromEnvironment(environment).requiredForNew();
    if (host.equals(OwnHost.NAME)) {
      Environment.of(environment)
          .required(MEZZANINES, "our own video host plays renders from the mezzanines in it");
    }
    Normalizer.Limits.fromEnvironment(environment);
    TreeMap<String, String> needed = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("DATABASE_")
              || name.startsWith("S3_")
              || name.startsWith("KINEBEAM_")
              || name.startsWith("VIDEO_HOST")
              || name.startsWith("BUNNY_STREAM_")
              || name.startsWith("CLOUDFLARE_STREAM_")) {
            needed.put(name, value);
          }
        });
    DatabaseSettings.fromEnvironment(needed, USER);
    return new ConfiguredTools(
        needed,
        directory.toAbsolutePath().toString(),
        profile,
        cacheBytes,
        playableWithin,
        retryFor);
  }

  @Override
  public Duration longestOrder() {
    // Once for making it, and once for waiting while another makes it.
    return Normalizer.Limits.fromEnvironment(environment)
        .time()
        .plus(retryFor)
        .plus(longestBake().multipliedBy(2));
  }

  private Duration longestBake() {
    return COMPOSED_WITHIN.plus(playableWithin).plus(retryFor.multipliedBy(3));
  }

  /** The catalogue's database. */
  public Database openDatabase() {
    return Database.open(DatabaseSettings.fromEnvironment(environment, USER));
  }

  @Override
  public DataSource dataSource() {
    return Database.unpooled(DatabaseSettings.fromEnvironment(environment, USER));
  }

  @Override
  public BundleListings openListings() {
    ObjectStore bucket = ObjectStore.open(ObjectStoreSettings.fromEnvironment(environment));
    Path unused = Path.of(directory).resolve("primitives");
    return new Listings(
        bucket,
        new PrimitiveMirror(new S3Primitives(bucket), unused, unused),
        Retrier.within(retryFor));
  }

  /** What the object store has of exercises. */
  private static final class Listings implements BundleListings {
    private final ObjectStore bucket;
    private final PrimitiveMirror mirror;
    private final Retrier retrier;

    private Listings(ObjectStore bucket, PrimitiveMirror mirror, Retrier retrier) {
      this.bucket = bucket;
      this.mirror = mirror;
      this.retrier = retrier;
    }

    /** As {@link PrimitiveMirror#list}, repeated while the object store is unavailable. */
    @Override
    public PrimitiveMirror.Listing list(String exercise) throws IOException {
      return retrier.run(() -> mirror.list(exercise));
    }

    @Override
    public void close() {
      bucket.close();
    }
  }

  @Override
  public RenderTools open() {
    Path root = Path.of(directory);
    ProcessFolder scratch = scratch(root);
    ObjectStore bucket = ObjectStore.open(ObjectStoreSettings.fromEnvironment(environment));
    Database database = openDatabase();
    Retrier retrier = Retrier.within(retryFor);
    Claims claims = new Claims(new RenderClaims(database), LEASE, retrier);
    Optional<ObjectStore> sharing = sharedBucket();
    SharedMezzanines shared =
        sharing
            .<SharedMezzanines>map(store -> new MezzanineBucket(store, Clock.systemUTC()))
            .orElse(SharedMezzanines.NONE);
    VideoHosts hosts = VideoHosts.open(hostSettings(), new SharedCollectionLock(database), sharing);
    VideoHost host = hosts.forNew();
    List<Removals> removals =
        hosts.all().stream().map(each -> new Removals(database, each, REMOVALS_EVERY)).toList();
    removals.forEach(Removals::begin);
    Dependencies.Watch watch = watch();
    PrimitiveMirror primitives =
        new PrimitiveMirror(
            new S3Primitives(bucket),
            root.resolve("primitives").resolve("hashes"),
            scratch.path().resolve("copies"));
    boolean compositions = host.capabilities().compositions();
    List<MezzanineCache> ladder = ladder(compositions, root.resolve("mezzanines"), shared);
    int processors = Runtime.getRuntime().availableProcessors();
    PrimitiveQueue queue =
        new PrimitiveQueue(new MakePrimitive(primitives, ladder, retrier)::make, processors);
    return new RenderTools(
        new ExerciseRenders(database),
        new RenderCatalogue(database),
        claims,
        primitives,
        ladder,
        compositions ? sharing.map(bucketOf -> pinned(root, bucketOf)) : Optional.empty(),
        queue,
        new Publisher(
            host,
            new CreatedVideos(database),
            new ReplacedVideos(database),
            playableWithin,
            retrier,
            new HostWaits(InstantSource.system())),
        retrier,
        scratch.path(),
        longestBake(),
        new Semaphore(processors, true),
        () -> {
          queue.close();
          watch.close();
          removals.forEach(Removals::close);
          claims.close();
          sharing.ifPresent(ObjectStore::close);
          bucket.close();
          database.close();
          close(scratch);
        });
  }

  /** Watches the services that the tools use, from this process, until closed. */
  public Dependencies.Watch watch() {
    Dependencies here = Dependencies.PROCESS;
    List<Dependencies.Watch> watches = new ArrayList<>();
    watches.add(
        DatabaseSettings.fromEnvironment(environment, USER)
            .watch(here, "claims and results of renders"));
    watches.add(
        ObjectStore.watch(
            ObjectStoreSettings.fromEnvironment(environment),
            here,
            "fetching of primitives",
            true));
    watches.add(hostSettings().watch(here, "publishing of renders"));
    if (Environment.of(environment).optional(MEZZANINES).isPresent()) {
      watches.add(
          ObjectStore.watch(
              ObjectStoreSettings.fromEnvironment(environment, MEZZANINES),
              here,
              "sharing of primitives",
              false));
    }
    return () -> watches.forEach(Dependencies.Watch::close);
  }

  private VideoHosts.Settings hostSettings() {
    return VideoHosts.Settings.fromEnvironment(environment);
  }

  /** The qualities that a host of compositions plays; of a file there is one. */
  private List<MezzanineCache> ladder(
      boolean compositions, Path directory, SharedMezzanines shared) {
    Normalizer normalizer = Normalizer.within(Normalizer.Limits.fromEnvironment(environment));
    List<Quality> qualities =
        (compositions ? profile.ladder() : List.of(profile))
            .stream().map(Profile::quality).toList();
    return MezzanineCache.ladder(
        directory, qualities, cacheBytes, normalizer, shared, Clock.systemUTC());
  }

  private PinnedMezzanines pinned(Path root, ObjectStore bucket) {
    return new PinnedMezzanines(root.resolve("mezzanines"), cacheBytes, bucket, Clock.systemUTC());
  }

  /** The bucket of the mezzanines that machines share; empty where they share none. */
  private Optional<ObjectStore> sharedBucket() {
    return Environment.of(environment)
        .optional(MEZZANINES)
        .map(bucket -> ObjectStore.open(ObjectStoreSettings.forBucket(environment, bucket)));
  }

  private static ProcessFolder scratch(Path root) {
    try {
      return ProcessFolder.open(root.resolve("renders"));
    } catch (IOException e) {
      throw new UncheckedIOException("--dir: " + root + " cannot be written to", e);
    }
  }

  private static void close(ProcessFolder scratch) {
    try {
      scratch.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + scratch.path() + " stays behind", e);
    }
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "database "
        + Masked.address(environment.get("DATABASE_URL"))
        + ", "
        + hostSettings()
        + ", bucket "
        + environment.get("S3_ASSETS_BUCKET")
        + ", profile "
        + profile.label()
        + ", directory "
        + directory;
  }
}
