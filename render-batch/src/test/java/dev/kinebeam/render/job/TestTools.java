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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

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

  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static EmbeddedPostgres server;

  private final String name = UUID.randomUUID().toString();
  private final Path directory;
  final FakeVideoHost host = new FakeVideoHost();
  final ExerciseRenders renders;
  final Exercises exercises;

  private TestTools(DataSource source, Path directory) {
    this.directory = directory;
    Database database = Database.over(source);
    this.renders = new ExerciseRenders(database);
    this.exercises = new Exercises(database);
  }

  /** Bundles are looked for in {@code directory/bundles}. */
  static TestTools start(Path directory) throws IOException {
    DataSource database = newDatabase();
    Database.migrate(database);
    TestTools tools = new TestTools(database, directory);
    BY_NAME.put(tools.name, tools);
    return tools;
  }

  /** One server for all tests of this JVM, which it goes with; a database for each test. */
  private static synchronized DataSource newDatabase() throws IOException {
    if (server == null) {
      server = EmbeddedPostgres.builder().start();
    }
    String name = "test_" + DATABASES.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IOException("no database for the test", e);
    }
    return server.getDatabase("postgres", name);
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
  public void close() {
    BY_NAME.remove(name);
  }
}
