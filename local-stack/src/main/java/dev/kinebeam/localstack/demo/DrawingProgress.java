package dev.kinebeam.localstack.demo;

import dev.kinebeam.sample.Progress;

/** Tells every few clips how far the drawing of the sample exercise is. */
final class DrawingProgress implements Progress {
  private static final int EVERY = 5;

  private final DemoConsole console;

  DrawingProgress(DemoConsole console) {
    this.console = console;
  }

  @Override
  public void done(int files, int total) {
    if (files % EVERY == 0 || files == total) {
      console.step("drawing the sample exercise: " + files + " of " + total + " files");
    }
  }
}
