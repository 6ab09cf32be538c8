package dev.kinebeam.composer.delivery;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where a bundle's folder is to stand, and what may be there already. */
final class TargetFolder {
  private final Path target;
  private final Path aside;
  private final String exercise;

  private TargetFolder(Path target, String exercise) {
    this.target = target;
    this.aside = target.resolveSibling("." + target.getFileName() + ".kinebeam-replaced");
    this.exercise = exercise;
  }

  /**
   * A place, after a replacement that broke off there has been undone or completed.
   *
   * @param target absolute
   * @throws IOException when what exists there is not a bundle of this exercise
   */
  static TargetFolder at(Path target, String exercise) throws IOException {
    TargetFolder place = new TargetFolder(target, exercise);
    if (Files.exists(place.aside)) {
      place.recover();
    }
    place.requireReplaceable();
    return place;
  }

  private void recover() throws IOException {
    if (!Files.exists(target)) {
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } else if (Files.exists(target.resolve(BundleDirectory.MANIFEST))) {
      deleteTree(aside); // the new one had come to stand
    } else {
      throw new IOException(
          target
              + " is not a bundle, and the previous one is in "
              + aside
              + ": move the one or the other away");
    }
  }

  private void requireReplaceable() throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new IOException(target + " is a file; give another --out");
    }
    if (isEmpty()) {
      return;
    }
    if (!Files.isRegularFile(target.resolve(BundleDirectory.MANIFEST))) {
      throw refused("it has no manifest.json");
    }
    if (!(manifest(target) instanceof Manifest.Valid valid)) {
      throw refused("its manifest.json is not a manifest");
    }
    if (!valid.manifest().exercise().equals(exercise)) {
      throw refused("its manifest.json is that of " + valid.manifest().exercise());
    }
    for (String file : BundleFiles.in(target)) {
      if (!file.equals(BundleDirectory.MANIFEST) && Bundle.primitive(file).isEmpty()) {
        throw refused("it holds " + file);
      }
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(target)) {
      return entries.findAny().isEmpty();
    }
  }

  private IOException refused(String why) {
    return new IOException(
        target
            + " exists and is not a bundle of "
            + exercise
            + " ("
            + why
            + "); move it away, or give another --out");
  }

  /**
   * Refuses a place inside of the delivery, whose files would be taken for delivered ones the next
   * time, and one around it, which would take the delivery with it when it is replaced.
   *
   * @param delivery without symbolic links
   */
  void requireApart(Path delivery) throws IOException {
    Path real = real(target);
    if (real.startsWith(delivery)) {
      throw new IOException(
          target + " would lie inside of the delivery " + delivery + "; give another --out");
    }
    if (delivery.startsWith(real)) {
      throw new IOException(
          "the delivery "
              + delivery
              + " lies inside of "
              + target
              + ", where the bundle is to be; give another --out");
    }
  }

  /** What is not there yet has no links. */
  private static Path real(Path path) throws IOException {
    Path parent = path.getParent();
    return Files.exists(path) || parent == null
        ? path.toRealPath()
        : real(parent).resolve(path.getFileName());
  }

  /**
   * Brings a finished bundle here. Whatever happens meanwhile, a whole one stands here or, until
   * the next call, beside it.
   *
   * @param made on the same file system
   * @param force replace another bundle
   */
  Preparation.Outcome put(Path made, boolean force) throws IOException {
    if (!Files.exists(target.resolve(BundleDirectory.MANIFEST))) {
      Files.createDirectories(target.getParent());
      Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
      return Preparation.Outcome.MADE;
    }
    List<String> differences = Differences.between(made, target);
    if (differences.isEmpty()) {
      return Preparation.Outcome.UNCHANGED;
    }
    if (!force) {
      throw new IOException(
          target
              + " holds another bundle ("
              + String.join("; ", differences)
              + "); --force replaces it, another --out keeps both");
    }
    requireNothingOfOthers(made);
    Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    deleteTree(aside);
    return Preparation.Outcome.REPLACED;
  }

  /**
   * What no delivery brings again: other languages' voices, and a manifest that was written by
   * hand.
   */
  private void requireNothingOfOthers(Path made) throws IOException {
    if (!(manifest(made) instanceof Manifest.Valid ours)
        || !(manifest(target) instanceof Manifest.Valid theirs)) {
      throw new IOException(target + " has changed meanwhile; run this again");
    }
    List<String> others = new ArrayList<>();
    for (String language : theirs.manifest().languages()) {
      if (!ours.manifest().languages().contains(language)) {
        others.add("the language " + language + " in manifest.json");
      }
    }
    if (!theirs.manifest().gains().equals(ours.manifest().gains())) {
      others.add("the gains in manifest.json");
    }
    for (String file : BundleFiles.in(target)) {
      String[] steps = file.split("/", 3);
      if (steps[0].equals("audio") && !ours.manifest().languages().contains(steps[1])) {
        others.add(file);
      }
    }
    if (!others.isEmpty()) {
      throw new IOException(
          target
              + " has what this delivery does not bring, and --force would erase it: "
              + String.join(", ", others)
              + "; give another --out, copy these into the new bundle, and put that in its place");
    }
  }

  private static Manifest.Parsed manifest(Path folder) throws IOException {
    return Manifest.parse(Files.readAllBytes(folder.resolve(BundleDirectory.MANIFEST)));
  }

  private static void deleteTree(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
