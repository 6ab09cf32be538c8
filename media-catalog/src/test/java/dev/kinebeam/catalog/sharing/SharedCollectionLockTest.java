package dev.kinebeam.catalog.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.testkit.TestPostgres;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class SharedCollectionLockTest {
  /** Each has a database session of its own, as processes have. */
  @Test
  void ofSixProcessesOneMakesTheCollectionAndAllUseIt() throws Exception {
    DataSource source = TestPostgres.migrated().owner();
    List<String> atTheHost = new CopyOnWriteArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Callable<String>> processes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String guid = "collection-" + i;
      SharedCollectionLock lock = new SharedCollectionLock(Database.over(source));
      processes.add(
          () ->
              lock.run(
                  "neck-rotation",
                  () -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    if (atTheHost.isEmpty()) {
                      atTheHost.add(guid);
                    }
                    inside.decrementAndGet();
                    return atTheHost.get(0);
                  }));
    }
    ExecutorService threads = Executors.newFixedThreadPool(processes.size());
    Set<String> used = new HashSet<>();
    try {
      for (Future<String> done : threads.invokeAll(processes)) {
        used.add(done.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(most).hasValue(1);
    assertThat(atTheHost).hasSize(1);
    assertThat(used).containsExactlyElementsOf(atTheHost);
  }
}
