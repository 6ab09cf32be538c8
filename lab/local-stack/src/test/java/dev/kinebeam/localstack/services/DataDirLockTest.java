package dev.kinebeam.localstack.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirLockTest {
  @TempDir Path place;

  private static String permissions(Path folder) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
  }

  @Test
  void aNewDataDirectoryIsPrivateAndAnExistingOneStaysAsItIs() throws IOException {
    Path theirs = Files.createDirectory(place.resolve("theirs"));
    Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("rwxrwxrwx"));
    DataDirLock.take(theirs).close();
    assertThat(permissions(theirs)).isEqualTo("rwxrwxrwx");
    Path fresh = place.resolve("fresh");
    DataDirLock.take(fresh).close();
    assertThat(permissions(fresh)).isEqualTo("rwx------");
  }
}
