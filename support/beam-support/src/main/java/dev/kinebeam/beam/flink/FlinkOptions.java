package dev.kinebeam.beam.flink;

import dev.kinebeam.beam.ReadRecords;
import dev.kinebeam.program.config.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The flags that say on which Flink a job runs. */
public final class FlinkOptions {
  private static final String MASTER = "FLINK_MASTER";
  private static final int USUAL_PARALLELISM = 2;
  private static final Pattern CLUSTER = Pattern.compile(".+:\\d+");

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description =
          "Where Flink runs the job: HOST:PORT, a cluster's REST interface; [local], inside this"
              + " process (telemetry and render); [auto], where Flink itself calls this program"
              + " (telemetry). Default: FLINK_MASTER or [local]; a batch runs in this process"
              + " without Flink")
  private String master;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description =
          "How many workers share the work. Default: 2; of a batch of renders without Flink, 4")
  private Integer parallelism;

  @Option(
      names = "--jars",
      split = ",",
      paramLabel = "JAR",
      description = "The job's classes, sent to the cluster; none if it has them already.")
  private List<String> jars = List.of();

  /**
   * Where a job without end runs: where the flag says, else {@code FLINK_MASTER}, else in this
   * process.
   *
   * @param besides the masters that the job takes besides a cluster's address
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  public FlinkSettings stream(Map<String, String> environment, List<String> besides) {
    String chosen =
        master == null ? Environment.of(environment).orElse(MASTER, FlinkSettings.HERE) : master;
    return at(chosen, besides, ReadRecords.MAX_PARALLELISM);
  }

  /**
   * Where a batch runs; empty for this process without Flink.
   *
   * @param besides the masters that the job takes besides a cluster's address
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  public Optional<FlinkSettings> batch(List<String> besides) {
    if (master != null) {
      return Optional.of(at(master, besides, Integer.MAX_VALUE));
    }
    if (!jars.isEmpty()) {
      throw new IllegalArgumentException(
          "--jars is given, but the job runs in this process; give --flink-master HOST:PORT too");
    }
    return Optional.empty();
  }

  /**
   * How many workers share the work.
   *
   * @param usual without the flag
   * @throws IllegalArgumentException naming the flag when it is not positive
   */
  public int parallelism(int usual) {
    return parallelism(usual, Integer.MAX_VALUE);
  }

  /** The classes to send to the cluster; none when it has them. */
  public List<String> jars() {
    return jars;
  }

  private FlinkSettings at(String chosen, List<String> besides, int most) {
    boolean cluster = CLUSTER.matcher(chosen).matches();
    if (!cluster && !besides.contains(chosen)) {
      List<String> known = new ArrayList<>(List.of("HOST:PORT"));
      known.addAll(besides);
      throw new IllegalArgumentException(
          "--flink-master is %s; it must be %s".formatted(chosen, String.join(" or ", known)));
    }
    if (!cluster && !jars.isEmpty()) {
      throw new IllegalArgumentException(
          "--jars is given, but --flink-master is %s; jars are sent to a cluster at HOST:PORT only"
              .formatted(chosen));
    }
    if (chosen.equals(FlinkSettings.AROUND) && !InProcessFlink.isAround()) {
      throw new IllegalArgumentException(
          "--flink-master is [auto], but Flink has not started this program; give [local] or"
              + " HOST:PORT");
    }
    return FlinkSettings.on(chosen, parallelism(USUAL_PARALLELISM, most));
  }

  private int parallelism(int usual, int most) {
    int chosen = parallelism == null ? usual : parallelism;
    if (chosen < 1 || chosen > most) {
      throw new IllegalArgumentException(
          "--parallelism is %d; it must be %s"
              .formatted(chosen, most == Integer.MAX_VALUE ? "1 or more" : "from 1 to " + most));
    }
    return chosen;
  }
}
