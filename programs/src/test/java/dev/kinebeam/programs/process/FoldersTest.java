package dev.kinebeam.programs.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir Path place;

  private static String permissions(Path folder) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
  }

  private Path openToAll(String name) throws IOException {
    Path folder = Files.createDirectory(place.resolve(name));
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @Test
  void onlyItsOwnerCanEnterWhatIsMade() throws IOException {
    Path inner = Folders.createPrivate(place.resolve("data").resolve("small"));
    assertThat(permissions(inner)).isEqualTo("rwx------");
    assertThat(permissions(inner.getParent())).isEqualTo("rwx------");
  }

  @Test
  void oneThatIsThereIsClosedToOthers() throws IOException {
    assertThat(permissions(Folders.createPrivate(openToAll("logs")))).isEqualTo("rwx------");
  }

  @Test
  void nothingIsExecutedFromAFolderThatOthersCouldWriteInto() throws IOException {
    Path made = Folders.createTrusted(place.resolve("programs"));
    assertThat(permissions(made)).isEqualTo("rwx------");
    assertThat(Folders.createTrusted(made)).isEqualTo(made);
    Path open = openToAll("open");
    assertThatThrownBy(() -> Folders.createTrusted(open))
        .hasMessageContaining("open has the owner")
        .hasMessageContaining("rwxrwxrwx")
        .hasMessageContaining("delete it");
    Path link = Files.createSymbolicLink(place.resolve("link"), made);
    assertThatThrownBy(() -> Folders.createTrusted(link)).isInstanceOf(IOException.class);
  }
}
