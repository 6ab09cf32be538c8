package dev.kinebeam.render.check;

/** Which files of a bundle's place are the bundle's. */
final class Shelved {
  private Shelved() {}

  /** Not what file systems and editors leave there. */
  static boolean counts(String file) {
    for (String step : file.split("/", -1)) {
      if (step.startsWith(".") || step.endsWith(".tmp") || step.isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
