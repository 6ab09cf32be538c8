package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.database.DatabaseSettings;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One of several programs holds a lock, on a connection that has no transaction open. */
@Tag("servers")
class SessionLockTest {
  private static final String HOLDERS =
      " FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted";

  private static TestDatabase db;
  private static Database pool;

  @BeforeAll
  static void start() throws Exception {
    db = new TestDatabase();
    pool = Database.open(new DatabaseSettings(db.url("gateway"), "gateway", ""));
  }

  @AfterAll
  static void stop() throws Exception {
    pool.close();
    db.close();
  }

  @Test
  void oneAtATimeHoldsItAndClosingReleasesIt() {
    try (SessionLock first = pool.tryLock("one").orElseThrow()) {
      assertThat(pool.tryLock("one")).isEmpty();
      assertThat(first.isHeld()).isTrue();
      try (SessionLock other = pool.tryLock("two").orElseThrow()) {
        assertThat(other.isHeld()).isTrue();
      }
    }
    pool.tryLock("one").orElseThrow().close();
  }

  @Test
  void noTransactionIsOpenWhileItIsHeld() {
    try (SessionLock lock = pool.tryLock("quiet").orElseThrow()) {
      assertThat(lock.isHeld()).isTrue();
      assertThat(ask("SELECT state" + HOLDERS)).contains("idle");
    }
  }

  @Test
  void itIsLostWithItsConnectionAndAnotherTakesIt() {
    try (SessionLock first = pool.tryLock("lost").orElseThrow()) {
      assertThat(ask("SELECT pg_terminate_backend(pid, 5000)::text" + HOLDERS)).contains("true");
      assertThat(first.isHeld()).isFalse();
      try (SessionLock second = pool.tryLock("lost").orElseThrow()) {
        assertThat(second.isHeld()).isTrue();
        assertThat(first.isHeld()).isFalse();
      }
    }
  }

  @Test
  void aTransactionInsideOfAnotherIsRefused() {
    assertThatThrownBy(() -> pool.inTransaction(outer -> pool.inTransaction(inner -> 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pass the outer one's Handle on");
    assertThat(pool.<Integer, RuntimeException>inTransaction(handle -> 1)).isEqualTo(1);
  }

  private static Optional<String> ask(String query) {
    return db.owner()
        .withHandle(handle -> handle.createQuery(query).mapTo(String.class).findFirst());
  }
}
