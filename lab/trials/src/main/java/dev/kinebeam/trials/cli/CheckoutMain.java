package dev.kinebeam.trials.cli;

import dev.kinebeam.localstack.cli.StackCommand;
import dev.kinebeam.localstack.tokens.TokenCommand;
import dev.kinebeam.programs.cli.KinebeamMain;
import dev.kinebeam.trials.bulk.DrillBulkCommand;
import dev.kinebeam.trials.bulk.SampleCommand;
import dev.kinebeam.trials.demo.DemoCommand;
import dev.kinebeam.trials.drill.DrillCommand;
import dev.kinebeam.trials.pictures.PicturesCommand;
import dev.kinebeam.trials.tasks.TasksCommand;
import java.util.List;

/** The commands behind {@code ./kinebeam} in a checkout: the product's and the laboratory's. */
public final class CheckoutMain {
  /** What a distribution does not have. */
  public static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          TasksCommand.class,
          PicturesCommand.class,
          StackCommand.class,
          TokenCommand.class,
          SampleCommand.class,
          BenchCommand.class,
          DrillCommand.class,
          DrillBulkCommand.class);

  private CheckoutMain() {}

  /** As {@link KinebeamMain#main}. */
  public static void main(String[] args) {
    KinebeamMain.run(COMMANDS, args);
  }
}
