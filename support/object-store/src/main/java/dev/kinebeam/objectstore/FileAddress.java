package dev.kinebeam.objectstore;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A file of this machine, or an object in an object store, by its address. */
public sealed interface FileAddress permits LocalFile, StoredFile {
  /**
   * The file at {@code s3://BUCKET/KEY}, or at a path of this machine. Opens no connection.
   *
   * @param environment the {@code S3_…} settings, for addresses in an object store
   * @throws IllegalArgumentException saying what is wrong with the address or a setting
   */
  static FileAddress parse(String text, Map<String, String> environment) {
    return S3Address.isOne(text) ? StoredFile.of(text, environment) : new LocalFile(Path.of(text));
  }

  /** A file of this machine. */
  static FileAddress of(Path file) {
    return new LocalFile(file);
  }

  /** The whole content; empty when there is no such file. */
  Optional<byte[]> read() throws IOException;

  /**
   * The whole content as text.
   *
   * @throws NotUtf8Exception when it is not written in UTF-8
   * @throws IOException when there is no such file, or it cannot be read
   */
  default String text() throws IOException {
    byte[] content =
        read()
            .orElseThrow(() -> new NoSuchFileException(toString(), null, "there is no such file"));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new NotUtf8Exception(this + " is not written in UTF-8", e);
    }
  }

  /** A file that should be text is not. */
  final class NotUtf8Exception extends IOException {
    private static final long serialVersionUID = 1L;

    private NotUtf8Exception(String message, CharacterCodingException cause) {
      super(message, cause);
    }
  }

  /** Whether there is such a file. */
  boolean exists() throws IOException;

  /** Stores these bytes in place of what was there. */
  void write(byte[] content) throws IOException;

  /**
   * Writes text in place of what was there. A reader of this machine's file sees each line once it
   * is flushed; an object appears when the writer is closed.
   */
  BufferedWriter newWriter() throws IOException;

  /** Replaces what was there by another file of the same kind, which is moved here. */
  void takeFrom(FileAddress other) throws IOException;

  /** Deletes the file; there may be none. */
  void delete() throws IOException;

  /** Makes the folder that the file is to be in, where files need one. */
  void makeFolder() throws IOException;

  /** The folder of this machine that the file is in; empty for an object. */
  Optional<Path> folder();

  /** The address with something added to its end. */
  FileAddress plus(String suffix);

  /**
   * Deletes the files beside this one that were last changed before a moment.
   *
   * @param suffixes what the deleted ones have after this one's name
   */
  void deleteBeside(Pattern suffixes, Instant before) throws IOException;

  /** The absolute address, as Beam's files take it. */
  String absolute();
}
