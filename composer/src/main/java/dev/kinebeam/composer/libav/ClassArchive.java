package dev.kinebeam.composer.libav;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classes of child JVMs as the JVM has read and checked them, in a file beside the unpacked
 * native libraries. It is made in the background by the first process that starts a child of a
 * class path, and named by all that it depends on: another JVM or other jars have another one. A
 * child that cannot have it starts without.
 */
final class ClassArchive {
  private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);
  private static final Duration MADE_WITHIN = Duration.ofMinutes(1);
  private static final Duration KEPT_FOR = Duration.ofDays(30);
  private static final String MAKING = ".making";

  /** What this process has tried to make or found impossible, so that it says so once. */
  private static final Set<String> ATTEMPTED = ConcurrentHashMap.newKeySet();

  private ClassArchive() {}

  /**
   * The JVM's options for an archive; empty when there is none, or none yet.
   *
   * @param java the JVM and the options that every child has
   * @param main of the child; its class is archived with what decoding needs
   */
  static List<String> options(List<String> java, Set<Path> classPath, Class<?> main) {
    try {
      Optional<Path> folder = classPath.stream().filter(Files::isDirectory).findFirst();
      if (folder.isPresent()) {
        sayOnce(folder.get() + " is a folder, and only classes of jars can be archived");
        return List.of();
      }
      Path archive = file(java, classPath);
      if (Files.isRegularFile(archive)) {
        return List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable");
      }
      if (ATTEMPTED.add(archive.toString())) {
        Thread making =
            new Thread(() -> tryToMake(java, classPath, main, archive), "class-archive");
        making.setDaemon(true);
        making.start();
      }
    } catch (IOException e) {
      sayOnce(e.toString());
    }
    return List.of();
  }

  private static void sayOnce(String reason) {
    if (ATTEMPTED.add(reason)) {
      LOG.debug("child processes start without a class archive: {}", reason);
    }
  }

  /** Where the archive of a class path is, in this JVM. */
  private static Path file(List<String> java, Set<Path> classPath) throws IOException {
    StringBuilder key = new StringBuilder();
    key.append(String.join(" ", java)).append('\n');
    key.append(System.getProperty("java.vm.version")).append('\n');
    for (Path jar : classPath) {
      key.append(jar)
          .append(' ')
          .append(Files.size(jar))
          .append(' ')
          .append(Files.getLastModifiedTime(jar).toMillis())
          .append('\n');
    }
    return Loader.getCacheDir()
        .toPath()
        .resolve("kinebeam-classes")
        .resolve(sha256(key.toString()) + ".jsa");
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static void tryToMake(
      List<String> java, Set<Path> classPath, Class<?> main, Path archive) {
    try {
      make(java, classPath, main, archive);
    } catch (IOException e) {
      sayOnce(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs a JVM through what children do, and keeps what it has loaded; whole or not at all. */
  static void make(List<String> java, Set<Path> classPath, Class<?> main, Path archive)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(archive.toAbsolutePath().getParent());
    deleteOld(folder);
    Path making =
        folder.resolve(archive.getFileName() + "." + ProcessHandle.current().pid() + MAKING);
    List<String> command = new ArrayList<>(java);
    command.addAll(
        List.of(
            "-XX:ArchiveClassesAtExit=" + making,
            "-Xlog:disable",
            "-cp",
            joined(classPath),
            ClassTraining.class.getName(),
            main.getName()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    ChildJvm.keepFewVariables(builder);
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(MADE_WITHIN.toSeconds(), TimeUnit.SECONDS);
      if (!ended || process.exitValue() != 0 || !Files.isRegularFile(making)) {
        throw new IOException(
            "the JVM that was to make "
                + archive
                + (ended ? " ended with exit code " + process.exitValue() : " does not end"));
      }
      Files.move(making, archive, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(making);
    }
  }

  /** Archives of old builds, and what processes left that were killed. */
  private static void deleteOld(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.toList();
    }
    for (Path file : files) {
      Duration kept = file.toString().endsWith(MAKING) ? MADE_WITHIN.multipliedBy(2) : KEPT_FOR;
      if (Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(kept))) {
        Files.deleteIfExists(file);
      }
    }
  }

  static String joined(Set<Path> classPath) {
    return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
