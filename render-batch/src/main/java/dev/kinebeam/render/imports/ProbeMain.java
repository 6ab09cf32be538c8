package dev.kinebeam.render.imports;

import dev.kinebeam.composer.libav.VideoProbe;
import dev.kinebeam.composer.media.ChildService;
import java.nio.file.Path;
import java.util.List;

/** The child process in which files of an import are looked at: it is asked a path. */
public final class ProbeMain {
  private ProbeMain() {}

  public static void main(String[] args) throws InterruptedException {
    ChildService.serve(
        question -> {
          VideoProbe probe = VideoProbe.of(Path.of(question.get(0)));
          return List.of(
              Double.toString(probe.seconds()),
              Integer.toString(probe.width()),
              Integer.toString(probe.height()),
              probe.codec(),
              Boolean.toString(probe.hasSound()));
        });
  }
}
