package dev.kinebeam.render.orders;

import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How long an exercise's parts are, learned from segments of renders that there are. Variants may
 * differ by a little, so what follows is an estimate.
 */
public final class PartLengths {
  private static final String REP_OF = "rep of ";

  private final Map<String, double[]> sumAndCount = new HashMap<>();

  private PartLengths() {}

  /** Learns from these. */
  public static PartLengths of(List<Segment> segments) {
    PartLengths lengths = new PartLengths();
    for (Segment segment : segments) {
      double seconds = segment.toSeconds() - segment.fromSeconds();
      int reps = segment.reps().size() - 1;
      if (segment.set() == null) {
        lengths.add(segment.kind(), seconds, 1);
      } else if (reps > 0) {
        lengths.add(REP_OF + segment.side(), seconds, reps);
      }
    }
    return lengths;
  }

  private void add(String part, double seconds, int count) {
    double[] sum = sumAndCount.computeIfAbsent(part, name -> new double[2]);
    sum[0] += seconds;
    sum[1] += count;
  }

  private double mean(String part) {
    double[] sum = sumAndCount.get(part);
    return sum == null ? Double.NaN : sum[0] / sum[1];
  }

  /** How long a render of this recipe will be; empty when a part of it was never rendered. */
  public OptionalDouble seconds(Recipe recipe) {
    double seconds = mean("intro") + mean("outro");
    for (SetSpec set : recipe.sets()) {
      seconds += mean(REP_OF + set.side()) * set.reps();
    }
    if (recipe.sets().size() > 1) {
      seconds += mean("pauza") * (recipe.sets().size() - 1);
    }
    return Double.isNaN(seconds) ? OptionalDouble.empty() : OptionalDouble.of(seconds);
  }
}
