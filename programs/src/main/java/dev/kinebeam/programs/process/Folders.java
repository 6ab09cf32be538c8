package dev.kinebeam.programs.process;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Folders of the local stack: made for their owner alone, and deleted with all that is in them. */
public final class Folders {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private Folders() {}

  /**
   * Makes a folder, and those above it that are missing, that only its owner can enter; one that is
   * there is closed to others. Data, logs and logins are in them.
   */
  public static Path createPrivate(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
      return folder;
    }
    return Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /**
   * As {@link #createPrivate}, in a place where others may have made it before us, such as the
   * temporary directory.
   *
   * @throws IOException when it is there and others can write into it, or could have
   */
  public static Path createTrusted(Path folder) throws IOException {
    try {
      return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      PosixFileAttributes found =
          Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      boolean ours = found.owner().getName().equals(System.getProperty("user.name"));
      if (!found.isDirectory() || !ours || !found.permissions().equals(OWNER_ONLY)) {
        throw new IOException(
            "%s has the owner %s and the permissions %s; programs are executed from it, so it must be"
                    .formatted(
                        folder,
                        found.owner().getName(),
                        PosixFilePermissions.toString(found.permissions()))
                + " a folder that only its owner can enter: delete it, and start again",
            e);
      }
      return folder;
    }
  }

  /** Deletes a folder with all that is in it; there may be none. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
