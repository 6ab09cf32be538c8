package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.CreatedVideos;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.RenderCatalogue;
import dev.kinebeam.catalog.db.RenderClaims;
import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.composer.bundle.DirectoryPrimitives;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.composer.bundle.PrimitiveStore;
import dev.kinebeam.composer.lock.ProcessFolder;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.render.hosting.Claims;
import dev.kinebeam.render.hosting.HostWaits;
import dev.kinebeam.render.hosting.Publisher;
import dev.kinebeam.render.testing.FakeVideoHost;
import dev.kinebeam.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A worker's tools over a real database, bundles in a folder, and a host in memory. */
final class TestTools implements AutoCloseable {
  /** Steps travel serialised, so they find the tools of their test by name. */
  private static final Map<String, TestTools> BY_NAME = new ConcurrentHashMap<>();

  private record Named(String name) implements Toolbox {
    @Override
    public RenderTools open() {
      return BY_NAME.get(name).open();
    }

    @Override
    public BundleListings openListings() {
      return BY_NAME.get(name).openListings();
    }

    @Override
    public DataSource dataSource() {
      return BY_NAME.get(name).source;
    }

    @Override
    public Duration longestOrder() {
      return Duration.ofMinutes(1);
    }
  }

  private final String name = UUID.randomUUID().toString();
  private final Path directory;
  final FakeVideoHost host;
  final DataSource source;
  final Database database;
  final ExerciseRenders renders;
  final Exercises exercises;

  /** What stands between the workers and the bundles. */
  UnaryOperator<PrimitiveStore> store = UnaryOperator.identity();

  /** How long the host may take for a video. */
  Duration playableWithin = Duration.ofSeconds(20);

  private TestTools(DataSource source, Path directory, FakeVideoHost host) {
    this.directory = directory;
    this.host = host;
    this.source = source;
    this.database = Database.over(source);
    this.renders = new ExerciseRenders(database);
    this.exercises = new Exercises(database);
  }

  /** Bundles are looked for in {@code directory/bundles}. */
  static TestTools start(Path directory) throws IOException {
    DataSource database = TestPostgres.migrated().owner();
    TestTools tools = new TestTools(database, directory, new FakeVideoHost());
    BY_NAME.put(tools.name, tools);
    return tools;
  }

  /** Another worker over the same database, bundles and host. */
  TestTools anotherProcess() {
    TestTools other = new TestTools(source, directory, host);
    BY_NAME.put(other.name, other);
    return other;
  }

  Path bundles() {
    return directory.resolve("bundles");
  }

  Toolbox toolbox() {
    return new Named(name);
  }

  private BundleListings openListings() {
    PrimitiveMirror primitives =
        new PrimitiveMirror(
            store.apply(new DirectoryPrimitives(bundles())),
            directory.resolve("hashes"),
            directory.resolve("copies"));
    return new BundleListings() {
      @Override
      public PrimitiveMirror.Listing list(String exercise) throws IOException {
        return primitives.list(exercise);
      }

      @Override
      public void close() {}
    };
  }

  /** As a process of its own would open them. */
  RenderTools open() {
    Retrier retrier = Retrier.within(Duration.ofSeconds(2));
    Claims claims = new Claims(new RenderClaims(database), Duration.ofSeconds(3), retrier);
    ProcessFolder scratch;
    try {
      scratch = ProcessFolder.open(work());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PrimitiveMirror primitives =
        new PrimitiveMirror(
            store.apply(new DirectoryPrimitives(bundles())),
            directory.resolve("hashes"),
            scratch.path().resolve("copies"));
    List<MezzanineCache> mezzanines = List.of(SampleBundle.cache());
    PrimitiveQueue queue =
        new PrimitiveQueue(new MakePrimitive(primitives, mezzanines, retrier)::make, 2);
    return new RenderTools(
        renders,
        new RenderCatalogue(database),
        claims,
        primitives,
        mezzanines,
        Optional.empty(),
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
        Duration.ofSeconds(30),
        new Semaphore(2),
        () -> {
          queue.close();
          claims.close();
          try {
            scratch.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What the workers keep while they render. */
  Path work() {
    return directory.resolve("work");
  }

  @Override
  public void close() {
    BY_NAME.remove(name);
  }
}
