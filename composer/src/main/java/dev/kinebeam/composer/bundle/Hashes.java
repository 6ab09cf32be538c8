package dev.kinebeam.composer.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hex SHA-256. */
final class Hashes {
  /** Of every hash, in characters. */
  static final int LENGTH = 64;

  private static final int BLOCK = 1 << 16;
  private static final int MAX_KNOWN = 10_000;

  private static final Map<FileState, String> KNOWN = new ConcurrentHashMap<>();

  private Hashes() {}

  /**
   * Of a file's content. What was hashed before is known again by name, size, inode and times,
   * unless it changed so lately that one more change might not show.
   */
  static String of(Path file) throws IOException {
    FileState state = FileState.of(file);
    String known = KNOWN.get(state);
    if (known != null) {
      return known;
    }
    Instant now = Instant.now();
    String hash = hash(file);
    if (state.isSettled(now)) {
      if (KNOWN.size() >= MAX_KNOWN) {
        KNOWN.clear();
      }
      KNOWN.put(state, hash);
    }
    return hash;
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
