package dev.kinebeam.beam.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Reads files of a pipeline into memory, and says what is wrong with those that it cannot read. */
public final class WholeFile {
  private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);
  private static final int NOT_FOUND = 404;

  /** The client repeats calls that fail, but not the reading of a body that breaks off. */
  private static final int READS = 3;

  private WholeFile() {}

  /**
   * The content of a file; empty when there is no such file any more.
   *
   * @throws IOException naming the file, when it cannot be read
   */
  public static Optional<byte[]> read(ReadableFile file) throws IOException {
    String name = file.getMetadata().resourceId().toString();
    for (int attempt = 1; ; attempt++) {
      try {
        return Optional.of(file.readFullyAsBytes());
      } catch (FileNotFoundException e) {
        return Optional.empty();
      } catch (S3Exception e) {
        if (e.statusCode() == NOT_FOUND) {
          return Optional.empty();
        }
        throw new IOException(
            "the object store answered %d for %s: %s"
                .formatted(e.statusCode(), name, e.getMessage()),
            e);
      } catch (SdkException e) {
        throw new IOException(
            "no whole answer from the object store for %s: %s".formatted(name, e.getMessage()), e);
      } catch (IOException e) {
        if (attempt == READS) {
          throw new IOException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
        }
        LOG.warn("{} is read again: {}", name, e.toString());
      }
    }
  }
}
