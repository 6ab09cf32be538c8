package dev.kinebeam.schemas.render;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The variants that a render chose. The JSON names are those of the composer's answer. The pauza's
 * are null where a render of one set has no pauza.
 */
public record Picks(
    int introVideo,
    @Nullable Integer pauzaVideo,
    int outroVideo,
    int introVo,
    @Nullable Integer pauzaVo,
    int outroVo,
    List<SetPick> sets) {
  /**
   * The variants of one set.
   *
   * @param videoVariant of its first block
   * @param videoVariants of every block where variants are chained, else null
   */
  public record SetPick(int videoVariant, int voVariant, @Nullable List<Integer> videoVariants) {}
}
