package dev.kinebeam.localstack.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.removal.UnnamedMezzanines;
import dev.kinebeam.catalog.removal.UnnamedMezzanines.Swept;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real S3 server, beside a running host and a composer. */
class UnnamedMezzaninesIT {
  private static final Duration GRACE = Duration.ofDays(7);
  private static final Swept NOTHING = new Swept(0, 0, 0);

  @TempDir private static Path folder;
  private static HostStage stage;
  private static UnnamedMezzanines unnamed;

  @BeforeAll
  static void open() throws Exception {
    stage = HostStage.open(folder);
    unnamed = new UnnamedMezzanines(stage.mezzanines, GRACE);
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
  }

  private static Instant in(Duration after) {
    return Instant.now().plus(after);
  }

  /** One test, since a sweep looks at the whole bucket. */
  @Test
  void whatNoVideoNamesIsDeletedAndNeverWhatAVideoNamesThatIsRegisteredMeanwhile()
      throws Exception {
    Recipe recipe =
        new Recipe(SampleExercise.SLUG, "ro", List.of(new SetSpec("left", 5)), 1L, false);
    Composition one = stage.composed(recipe, List.of(Profile.TINY)).composition();
    int entries = Set.copyOf(one.mezzanines()).size();
    Set<String> all = keys("mezzanines/");
    assertThat(unnamed.sweep(in(Duration.ofDays(6)))).as("within the grace").isEqualTo(NOTHING);
    String superseded = stage.publish(one, "superseded");
    assertThat(unnamed.sweep(in(Duration.ofDays(8)))).as("named").isEqualTo(NOTHING);
    byte[] pictures =
        Files.readAllBytes(stage.played(stage.client().playback(superseded).hls(), "216p"));

    stage.client().delete(superseded);
    assertThat(unnamed.sweep(in(Duration.ofDays(8)))).isEqualTo(new Swept(entries, 0, 0));
    assertThat(keys("mezzanines/")).isEmpty();

    // A composer that looked before the sweep registers after it; its host has nothing on its disk.
    String late = stage.publish(one, "late");
    stage.replaceHost();
    URI master = stage.client().playback(late).hls();
    assertThat(Files.readAllBytes(stage.played(master, "216p"))).isEqualTo(pictures);
    assertThat(unnamed.sweep(in(Duration.ofDays(20))))
        .as("old enough to be deleted, and named")
        .isEqualTo(new Swept(0, entries, 0));
    assertThat(keys("mezzanines/")).isEqualTo(all);
    assertThat(keys("removed/")).isEmpty();

    stage.client().delete(late);
    stage.mezzanines.put("videos/broken.json", "{".getBytes(UTF_8), "application/json");
    assertThatThrownBy(() -> unnamed.sweep(in(Duration.ofDays(8))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("videos/broken.json");
    assertThat(keys("mezzanines/")).as("nothing is removed in doubt").isEqualTo(all);
    stage.mezzanines.delete("videos/broken.json");

    assertThat(unnamed.sweep(in(Duration.ofDays(8)))).isEqualTo(new Swept(entries, 0, 0));
    assertThat(unnamed.sweep(in(Duration.ofDays(6)))).as("they lie aside").isEqualTo(NOTHING);
    assertThat(unnamed.sweep(in(Duration.ofDays(8)))).isEqualTo(new Swept(0, 0, entries));
    assertThat(keys("removed/")).isEmpty();
  }

  private static Set<String> keys(String prefix) throws Exception {
    return stage.mezzanines.list(prefix).stream()
        .map(StoredObject::key)
        .collect(Collectors.toSet());
  }
}
