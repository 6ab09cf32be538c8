package dev.kinebeam.render.imports;

import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.VideoProbe;
import dev.kinebeam.composer.media.ChildPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Looks at untrusted video files in the children of a {@link ChildPool}. Thread-safe. */
final class ProbeChildren implements AutoCloseable {
  private static final long MAX_RESIDENT_BYTES = 2L << 30;

  private final ChildPool pool;

  /** {@code within} is the limit for one file. */
  ProbeChildren(Duration within) {
    this.pool = new ChildPool(ProbeMain.class, within, MAX_RESIDENT_BYTES);
  }

  /**
   * What the file is.
   *
   * @throws MediaException when it is not a playable video
   */
  VideoProbe probe(Path file) throws IOException {
    List<String> words = pool.ask(List.of(file.toAbsolutePath().toString()));
    return new VideoProbe(
        Double.parseDouble(words.get(0)),
        Integer.parseInt(words.get(1)),
        Integer.parseInt(words.get(2)),
        words.get(3),
        Boolean.parseBoolean(words.get(4)));
  }

  @Override
  public void close() {
    pool.close();
  }
}
