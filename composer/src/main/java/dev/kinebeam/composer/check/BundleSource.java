package dev.kinebeam.composer.check;

import dev.kinebeam.composer.bundle.PrimitiveSource;
import java.io.IOException;
import java.util.List;

/** One bundle, wherever it lies; it is only read. Thread-safe. */
public interface BundleSource {
  /** For people. */
  String place();

  /** Of the folder or prefix that it lies in. */
  String name();

  /** All of its files but hidden and temporary ones. */
  List<String> files() throws IOException;

  /** A small file's content. */
  byte[] read(String file) throws IOException;

  /** One of its files, to be asked for its bytes. */
  PrimitiveSource source(String file);

  /** The file is not needed any more. */
  void release(String file) throws IOException;
}
