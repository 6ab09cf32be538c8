package dev.kinebeam.catalog.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.testkit.TestPostgres;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class MergingTest {
  private static final Curator PLATFORM = new Curator(Optional.empty(), "test");

  private static TestPostgres postgres;
  private static Merging merging;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
    merging = new Merging(new ExerciseStore(Database.over(postgres.as("admin"))));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static UUID create(String slug) {
    try {
      return merging
          .store()
          .create(
              PLATFORM,
              Json.MAPPER
                  .createObjectNode()
                  .put("slug", slug)
                  .put("kind", "reps_based")
                  .put("display_name", slug),
              Optional.empty())
          .entry()
          .id();
    } catch (Refused e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<UUID> merge(UUID id, UUID into) throws Refused {
    return merging.merge(PLATFORM, id, into, any -> true).orElseThrow().history().replacedBy();
  }

  /**
   * While one merge has the exercise of the least id follow to its successor, another merges that
   * exercise into the same successor.
   */
  @Test
  void mergesOfTheSameExercisesDoNotWaitInACircle() throws Exception {
    List<UUID> ids =
        Stream.of("circle-1", "circle-2", "circle-3")
            .map(MergingTest::create)
            .sorted(Comparator.comparing(UUID::toString))
            .toList();
    UUID first = ids.get(0);
    UUID middle = ids.get(1);
    UUID last = ids.get(2);
    assertThat(merge(first, middle)).contains(middle);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Handle other = Jdbi.create(postgres.owner()).open()) {
      other.begin();
      other.execute("UPDATE exercises SET difficulty = 1 WHERE exercise_id = ?", last);
      Future<Optional<UUID>> follows = threads.submit(() -> merge(middle, last));
      awaitLocks(other, 1);
      Future<Optional<UUID>> again = threads.submit(() -> merge(first, last));
      awaitLocks(other, 2);
      other.commit();
      assertThat(follows.get(20, TimeUnit.SECONDS)).contains(last);
      assertThat(again.get(20, TimeUnit.SECONDS)).contains(last);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void awaitLocks(Handle handle, int waiting) {
    Eventually.until(
        "the merges wait",
        () ->
            handle
                    .select("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
                    .mapTo(Integer.class)
                    .one()
                >= waiting);
  }
}
