package dev.kinebeam.composer.bundle;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A bundle in a folder on this machine. */
public final class BundleDirectory {
  public static final String MANIFEST = "manifest.json";

  /** A folder that holds no usable bundle. */
  public static final class NotABundle extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient List<FieldError> errors;

    NotABundle(List<FieldError> errors) {
      super(errors.stream().map(FieldError::message).collect(Collectors.joining("; ")));
      this.errors = errors;
    }

    /** One for each thing that is wrong, never empty. */
    public List<FieldError> errors() {
      return errors;
    }
  }

  private final Path root;
  private final Bundle bundle;

  private BundleDirectory(Path root, Bundle bundle) {
    this.root = root;
    this.bundle = bundle;
  }

  /**
   * Reads the manifest and finds the primitives.
   *
   * @throws NotABundle when the manifest is missing or wrong
   */
  public static BundleDirectory open(Path root) throws IOException {
    Path manifestFile = root.resolve(MANIFEST);
    if (!Files.isRegularFile(manifestFile)) {
      throw new NotABundle(
          List.of(new FieldError("", "missing", "there is no " + MANIFEST + " in " + root)));
    }
    Manifest.Parsed parsed = Manifest.parse(Files.readAllBytes(manifestFile));
    if (parsed instanceof Manifest.Invalid invalid) {
      throw new NotABundle(invalid.errors());
    }
    Manifest manifest = ((Manifest.Valid) parsed).manifest();
    return new BundleDirectory(root, Bundle.of(manifest, BundleFiles.all(root)));
  }

  public Bundle bundle() {
    return bundle;
  }

  /** One of the bundle's files. */
  public PrimitiveSource source(String name) {
    return new LocalPrimitive(name, root.resolve(name));
  }
}
