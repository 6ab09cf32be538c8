package dev.kinebeam.composer.testing;

import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The small sample bundle and its mezzanines, made once for all tests of this module. */
public final class SampleBundle {
  private static final Path TARGET = Path.of("target");
  private static final long ONE_GIGABYTE = 1L << 30;

  private SampleBundle() {}

  /** The bundle's folder; not to be changed. */
  public static synchronized Path directory() {
    Path directory = TARGET.resolve("sample-small");
    try {
      SampleExercise.small().writeTo(directory, BundleProgress.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  /** A copy of the bundle that a test may spoil. */
  public static Path copyTo(Path target) throws IOException {
    Path source = directory();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(source)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = target.resolve(source.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    return target;
  }

  /** Where the tests share mezzanines. */
  public static Path cacheDirectory() {
    return TARGET.resolve("mezzanines");
  }

  /** The mezzanine that was made of one of the bundle's videos. */
  public static Path mezzanine(String name) throws IOException {
    cache().video(new LocalPrimitive(name, directory().resolve(name)), frames -> {}).close();
    String hash = HexFormat.of().formatHex(sha256(Files.readAllBytes(directory().resolve(name))));
    try (Stream<Path> walk = Files.walk(cacheDirectory())) {
      return walk.filter(path -> path.endsWith(Path.of(hash, "video.mp4")))
          .filter(path -> path.toString().contains("-" + Profile.TINY.label() + "-"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no mezzanine of " + name));
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  public static MezzanineCache cache() {
    return cache(cacheDirectory());
  }

  public static MezzanineCache cache(Path directory) {
    return cache(directory, Profile.TINY);
  }

  /** What a host opens of these mezzanines. */
  public static PinnedMezzanines pinned() {
    return PinnedMezzanines.of(cacheDirectory(), ONE_GIGABYTE, Clock.systemUTC());
  }

  /** Mezzanines of another shape, beside those of the other tests. */
  public static MezzanineCache cache(Profile profile) {
    return cache(cacheDirectory(), profile);
  }

  private static MezzanineCache cache(Path directory, Profile profile) {
    return new MezzanineCache(
        directory, profile, ONE_GIGABYTE, Normalizer.withDefaults(), Clock.systemUTC());
  }
}
