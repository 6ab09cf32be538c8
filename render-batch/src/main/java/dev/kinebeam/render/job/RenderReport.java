package dev.kinebeam.render.job;

/**
 * What became of a file of orders.
 *
 * @param rendered composed and playable now
 * @param alreadyRendered were ready before
 * @param failed cannot be served; the results say why
 * @param refused lines that are no orders
 */
public record RenderReport(long rendered, long alreadyRendered, long failed, long refused) {
  /** Whether everything that was asked for is ready. */
  public boolean isComplete() {
    return failed == 0 && refused == 0;
  }
}
