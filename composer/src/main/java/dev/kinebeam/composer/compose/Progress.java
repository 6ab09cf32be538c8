package dev.kinebeam.composer.compose;

/** Listens to how far a render is. Called often and from several threads, and so must be quick. */
@FunctionalInterface
public interface Progress {
  Progress NONE = (step, part) -> {};

  /**
   * A step has come so far.
   *
   * @param step what is being done, in words ({@code normalise}, {@code sound}, {@code write})
   * @param part of it that is done, 0 to 1
   */
  void at(String step, double part);
}
