package dev.kinebeam.objectstore;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** A file of this machine. */
record LocalFile(Path path) implements FileAddress {
  @Override
  public Optional<byte[]> read() throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean exists() {
    return Files.isRegularFile(path);
  }

  @Override
  public void write(byte[] content) throws IOException {
    Files.write(path, content);
  }

  @Override
  public BufferedWriter newWriter() throws IOException {
    return Files.newBufferedWriter(path);
  }

  @Override
  public void makeFolder() throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
  }

  @Override
  public Optional<Path> folder() {
    return Optional.ofNullable(path.toAbsolutePath().getParent());
  }

  @Override
  public void takeFrom(FileAddress other) throws IOException {
    Files.move(
        ((LocalFile) other).path,
        path,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public FileAddress plus(String suffix) {
    return new LocalFile(path.resolveSibling(path.getFileName() + suffix));
  }

  @Override
  public void deleteBeside(Pattern suffixes, Instant before) throws IOException {
    String name = path.getFileName().toString();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            path.toAbsolutePath().getParent(),
            file -> hasSuffix(file.getFileName().toString(), name, suffixes))) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean hasSuffix(String file, String name, Pattern suffixes) {
    return file.startsWith(name) && suffixes.matcher(file.substring(name.length())).matches();
  }

  @Override
  public String absolute() {
    return path.toAbsolutePath().toString();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
