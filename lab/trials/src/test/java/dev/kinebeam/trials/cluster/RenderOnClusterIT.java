package dev.kinebeam.trials.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.cluster.FlinkCluster;
import dev.kinebeam.programs.cluster.SubmitRenderCommand;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A batch of renders on a worker's process of its own, which has Flink's classes and no others. */
class RenderOnClusterIT {
  private static final String SLUG = SampleExercise.SLUG;
  private static final ComposeOrder ORDER =
      new ComposeOrder(
          new Recipe(SLUG, SampleExercise.LANGUAGE, List.of(new SetSpec("left", 5)), null, false),
          1,
          false);

  @TempDir private Path folder;

  @Test
  void aBatchIsServedByACluster() throws Exception {
    FlinkCluster cluster =
        FlinkCluster.in(FlinkCluster.folderIn(folder), PortChoice.FREE, line -> {});
    try (LocalStack stack = LocalStack.start(StackSettings.forTests(folder.resolve("stack")))) {
      EnvFiles.write(stack.endpoints()::toEnvironment, folder.resolve("env"));
      Map<String, String> environment = stack.endpoints().toEnvironment(ProgramRole.RENDER);
      try (Database database =
          Database.open(DatabaseSettings.fromEnvironment(environment, "kinebeam_render"))) {
        publish(environment);
        new Exercises(database).addRepsBased(SLUG, SLUG);
        cluster.start(1);

        Path orders = folder.resolve("orders.ndjson");
        Files.writeString(orders, new String(ORDER.encode(), StandardCharsets.UTF_8) + "\n");
        StringWriter said = new StringWriter();
        int exit = submit(said, "--orders=" + orders, "--parallelism=2", "--profile=216p");

        assertThat(exit).as(said::toString).isZero();
        assertThat(said.toString()).contains("1 order: 1 rendered");
        Render render = new ExerciseRenders(database).find(ORDER.key()).orElseThrow();
        assertThat(render.status()).isEqualTo(Render.Status.READY);
      }
    } finally {
      cluster.stopProcesses();
    }
  }

  private int submit(StringWriter said, String... flags) {
    List<String> arguments =
        Stream.concat(
                Stream.of("--data-dir=" + folder, "--dir=" + folder.resolve("render")),
                Stream.of(flags))
            .toList();
    return new CommandLine(new SubmitRenderCommand())
        .setOut(new PrintWriter(said))
        .setErr(new PrintWriter(said))
        .execute(arguments.toArray(String[]::new));
  }

  private void publish(Map<String, String> environment) throws IOException {
    Path bundle = folder.resolve("bundle");
    SampleExercise.tiny().writeTo(bundle, BundleProgress.NONE);
    try (ObjectStore bucket = ObjectStore.open(ObjectStoreSettings.fromEnvironment(environment));
        Stream<Path> files = Files.walk(bundle)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bucket.put(SLUG + "/" + bundle.relativize(file), file, "application/octet-stream");
      }
    }
  }
}
