package dev.kinebeam.sample;

/**
 * Receives how far the making of a bundle has come. May be called from several threads, one at a
 * time.
 */
@FunctionalInterface
public interface BundleProgress {

  /** A progress that is ignored. */
  BundleProgress NONE = (done, total) -> {};

  /** Called once at the start with what is there already, then after every file. */
  void filesDone(int done, int total);
}
