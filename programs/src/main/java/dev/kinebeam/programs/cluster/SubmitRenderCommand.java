package dev.kinebeam.programs.cluster;

import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.render.RenderMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code cluster submit render}. */
@Command(
    name = "render",
    mixinStandardHelpOptions = true,
    description = {
      "Submit the render job with its classes.",
      "A batch by --orders FILE or --all-exercises, which this",
      "command waits for, or --kafka without end."
    },
    footer = {
      "",
      "Takes every flag of 'kinebeam render' too. What the environment does not say (the database,",
      "the object store, the video host and their secrets) is read from DATA-DIR/env/render.env,",
      "which a stack writes.",
      "Exit status: 0 all ready, or the job runs; 1 failure, or an order that could not be served;",
      "2 wrong usage or configuration."
    })
public final class SubmitRenderCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterHome home;

  @Option(names = "--kafka", description = "Serve the orders of compose-requests without end.")
  private boolean kafka;

  @Unmatched private List<String> renderFlags = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    FlinkCluster cluster = home.running(out);
    Map<String, String> environment = home.environment(ProgramRole.RENDER);
    List<String> arguments = new ArrayList<>();
    arguments.add("--flink-master=" + cluster.master());
    arguments.add("--jars=" + String.join(",", ClassPaths.ofRender()));
    if (kafka) {
      cluster.requireNone(RenderMain.JOB);
      arguments.add("--kafka");
      arguments.add("--checkpoint-dir=" + cluster.checkpoints(RenderMain.JOB));
    }
    arguments.addAll(renderFlags);
    int exit = ClusterHome.run(new RenderMain(environment), spec, arguments);
    if (exit == 0 && kafka) {
      cluster.awaitRunning(RenderMain.JOB);
      out.printf("render runs; its page: %s%n", cluster.page());
      out.flush();
    }
    return exit;
  }
}
