package dev.kinebeam.composer.media;

import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.MediaReport;
import dev.kinebeam.composer.libav.PictureShape;
import dev.kinebeam.composer.mezzanine.Normalizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Decodes delivered files in the children of a {@link ChildPool}. Thread-safe. */
public final class MediaChildren implements AutoCloseable {
  /** Enough for a take of some minutes in any camera's 4K. */
  private static final Duration WITHIN = Duration.ofMinutes(10);

  private static final long MAX_RESIDENT_BYTES = 2L << 30;

  private final ChildPool pool;
  private final Duration longest;

  /**
   * Children with limits of their own.
   *
   * @param within for one file, on the wall
   * @param mostResidentBytes see {@link ChildPool}
   * @param longest how long a file may be, by its header
   */
  public MediaChildren(Duration within, long mostResidentBytes, Duration longest) {
    this.pool = new ChildPool(MediaMain.class, within, mostResidentBytes);
    this.longest = longest;
  }

  /**
   * Children with ten minutes and 2 GB for each file, which may be as long as the normaliser takes
   * it.
   *
   * @throws IllegalArgumentException naming the environment's variable that is wrong
   */
  public static MediaChildren withDefaults() {
    return new MediaChildren(
        WITHIN, MAX_RESIDENT_BYTES, Normalizer.Limits.fromEnvironment(System.getenv()).longest());
  }

  /**
   * Decodes the whole file.
   *
   * @throws MediaException saying what is wrong with it
   */
  public MediaReport inspect(Path file) throws IOException {
    return Wire.report(pool.ask(List.of(MediaMain.INSPECT, name(file), longest.toString())));
  }

  /**
   * Takes the file's sound into an MP3; {@code target} is broken when this throws.
   *
   * @throws MediaException saying what is wrong with it
   * @throws IOException when {@code target} cannot be written
   */
  public void makeMp3(Path file, Path target) throws IOException {
    pool.ask(List.of(MediaMain.MP3, name(file), longest.toString(), name(target)));
  }

  /**
   * Reads how large the file's picture is.
   *
   * @throws MediaException saying what is wrong with it
   */
  public PictureShape shape(Path file) throws IOException {
    List<String> words = pool.ask(List.of(MediaMain.SHAPE, name(file), longest.toString()));
    return new PictureShape(Integer.parseInt(words.get(0)), Integer.parseInt(words.get(1)));
  }

  private static String name(Path file) {
    return file.toAbsolutePath().toString();
  }

  @Override
  public void close() {
    pool.close();
  }
}
