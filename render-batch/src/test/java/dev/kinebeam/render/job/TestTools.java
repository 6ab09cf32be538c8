package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.render.bundle.DirectoryPrimitives;
import dev.kinebeam.render.bundle.PrimitiveMirror;
import dev.kinebeam.render.testing.SampleBundle;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A worker's tools over a real database, bundles in a folder, and a host in memory. */
final class TestTools implements AutoCloseable {
  /** Steps travel serialised, so they find the tools of their test by name. */
  private static final Map<String, TestTools> BY_NAME = new ConcurrentHashMap<>();

  private record Named(String name) implements Toolbox {
    @Override
    public RenderTools open() {
      return BY_NAME.get(name).tools();
    }
  }

  private final String name = UUID.randomUUID().toString();
  private final EmbeddedPostgres postgres;
  private final Path directory;
  final FakeVideoHost host = new FakeVideoHost();
  final ExerciseRenders renders;
  final Exercises exercises;

  private TestTools(EmbeddedPostgres postgres, Path directory) {
    this.postgres = postgres;
    this.directory = directory;
    Database database = Database.over(postgres.getPostgresDatabase());
    this.renders = new ExerciseRenders(database);
    this.exercises = new Exercises(database);
  }

  /** Bundles are looked for in {@code directory/bundles}. */
  static TestTools start(Path directory) throws IOException {
    EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
    Database.migrate(postgres.getPostgresDatabase());
    TestTools tools = new TestTools(postgres, directory);
    BY_NAME.put(tools.name, tools);
    return tools;
  }

  Path bundles() {
    return directory.resolve("bundles");
  }

  Toolbox toolbox() {
    return new Named(name);
  }

  private RenderTools tools() {
    return new RenderTools(
        renders,
        new PrimitiveMirror(new DirectoryPrimitives(bundles()), directory.resolve("primitives")),
        SampleBundle.cache(),
        host,
        "fake",
        directory.resolve("work"),
        Duration.ofSeconds(20),
        () -> {});
  }

  @Override
  public void close() throws IOException {
    BY_NAME.remove(name);
    postgres.close();
  }
}
