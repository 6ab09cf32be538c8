package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.VideoFormat;
import java.nio.file.Path;
import java.util.List;

/** A folder for a video mezzanine in the making, and the shape of its pictures. */
record Target(Path directory, VideoFormat format) {
  /** As a request to a child process writes it. */
  List<String> words() {
    return List.of(
        directory.toAbsolutePath().toString(),
        Integer.toString(format.width()),
        Integer.toString(format.height()),
        Integer.toString(format.crf()),
        Integer.toString(format.maxBitRate()));
  }

  static Target of(List<String> words) {
    return new Target(
        Path.of(words.get(0)),
        new VideoFormat(
            Integer.parseInt(words.get(1)),
            Integer.parseInt(words.get(2)),
            Integer.parseInt(words.get(3)),
            Integer.parseInt(words.get(4))));
  }
}
