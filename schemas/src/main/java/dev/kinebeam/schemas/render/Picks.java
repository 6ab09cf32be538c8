package dev.kinebeam.schemas.render;

import java.util.List;

/**
 * The variants that a render chose. The names are the composer's answer of the specification. The
 * pauza's are null where a render of one set has no pauza.
 */
public record Picks(
    int introVideo,
    Integer pauzaVideo,
    int outroVideo,
    int introVo,
    Integer pauzaVo,
    int outroVo,
    List<SetPick> sets) {
  /**
   * The variants of one set.
   *
   * @param videoVariant of its first block
   * @param videoVariants of every block where variants are chained, else null
   */
  public record SetPick(int videoVariant, int voVariant, List<Integer> videoVariants) {}
}
