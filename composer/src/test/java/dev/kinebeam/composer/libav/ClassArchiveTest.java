package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.mezzanine.NormalizeMain;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
  @TempDir Path directory;

  @Test
  void aChildRunsFromTheArchiveAndWithoutItWhenTheClassPathIsAnother() throws Exception {
    Set<Path> classPath = jars();
    Path archive = directory.resolve("archives").resolve("classes.jsa");
    ClassArchive.make(ChildJvm.java(), classPath, NormalizeMain.class, archive);
    try (Stream<Path> files = Files.list(archive.getParent())) {
      assertThat(files).containsExactly(archive);
    }
    assertThat(exitCode("-Xshare:on", archive, classPath)).as("needs the archive").isZero();

    Set<Path> other = new LinkedHashSet<>(List.of(directory));
    other.addAll(classPath);
    assertThat(exitCode("-Xshare:on", archive, other)).as("needs it in vain").isNotZero();
    assertThat(exitCode("-Xshare:auto", archive, other)).as("starts without it").isZero();
  }

  @Test
  void aJvmThatCannotMakeItLeavesNothing() {
    Path archive = directory.resolve("archives").resolve("classes.jsa");
    Set<Path> nothing = Set.of(directory.resolve("nowhere.jar"));
    assertThatThrownBy(
            () -> ClassArchive.make(ChildJvm.java(), nothing, NormalizeMain.class, archive))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ended with exit code 1");
    assertThat(archive.getParent()).isEmptyDirectory();
  }

  @Test
  void classesOfAFolderAreNotArchived() {
    assertThat(ClassArchive.options(ChildJvm.java(), Set.of(directory), NormalizeMain.class))
        .isEmpty();
  }

  private static int exitCode(String share, Path archive, Set<Path> classPath) throws Exception {
    List<String> command = new ArrayList<>(ChildJvm.java());
    command.addAll(
        List.of(
            share,
            "-XX:SharedArchiveFile=" + archive,
            "-Xlog:disable",
            "-cp",
            ClassArchive.joined(classPath),
            ClassTraining.class.getName()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  /** The class path of a child, with this module's classes in a jar as a distribution has them. */
  private Set<Path> jars() throws IOException {
    Set<Path> jars = new LinkedHashSet<>();
    for (Path path : ChildJvm.classPath(NormalizeMain.class)) {
      jars.add(Files.isDirectory(path) ? jar(path) : path);
    }
    return jars;
  }

  private Path jar(Path classes) throws IOException {
    Path jar = directory.resolve("classes.jar");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(classes.resolve("dev/kinebeam/composer"))) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Path each : files) {
        out.putNextEntry(new ZipEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
    return jar;
  }
}
