package dev.kinebeam.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Files that look like primitives and are none, for tests of what happens then. */
public final class BrokenMedia {
  private BrokenMedia() {}

  /** An MP4 whose index promises more than its data holds: an upload that broke off. */
  public static void cutShort(Path wholeMp4, Path target) throws IOException {
    byte[] whole = Files.readAllBytes(wholeMp4);
    Files.write(target, Arrays.copyOf(whole, whole.length / 2));
  }

  /** An MP4 of which only the first few bytes arrived: no index at all. */
  public static void cutAtOnce(Path wholeMp4, Path target) throws IOException {
    byte[] whole = Files.readAllBytes(wholeMp4);
    Files.write(target, Arrays.copyOf(whole, 64));
  }

  /** A text under the name of a video. */
  public static void textPosingAsMp4(Path target) throws IOException {
    Files.writeString(target, "The filming team is sorry, the video will follow on Monday.\n");
  }

  /** A file of no bytes. */
  public static void empty(Path target) throws IOException {
    Files.write(target, new byte[0]);
  }
}
