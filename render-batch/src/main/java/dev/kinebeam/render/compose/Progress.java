package dev.kinebeam.render.compose;

/** Is told how far a render is; called often, from several threads, and so must be quick. */
@FunctionalInterface
public interface Progress {
  Progress NONE = (step, part) -> {};

  /**
   * @param step what is being done, in words ({@code normalise}, {@code sound}, {@code write})
   * @param part of it that is done, 0 to 1
   */
  void at(String step, double part);
}
