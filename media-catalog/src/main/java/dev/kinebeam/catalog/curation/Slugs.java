package dev.kinebeam.catalog.curation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.UUID;

/** Makes the slugs of organisations' own exercises, which are unique among all. Pure. */
final class Slugs {
  private static final int LONGEST_NAME = 60;
  private static final String CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ADDED = 6;

  private Slugs() {}

  /** The name as a slug spells it, and six characters that the exercise's id decides. */
  static String of(String displayName, UUID id) {
    String plain =
        Normalizer.normalize(displayName, Normalizer.Form.NFD)
            .replaceAll("\\p{M}", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    String cut = plain.substring(0, Math.min(LONGEST_NAME, plain.length())).replaceAll("-$", "");
    return (cut.isEmpty() ? "exercise" : cut) + "-" + characters(id);
  }

  private static String characters(UUID id) {
    byte[] hash = sha256("slug:" + id);
    StringBuilder characters = new StringBuilder();
    long number = ByteBuffer.wrap(hash).getLong() >>> 1;
    for (int i = 0; i < ADDED; i++) {
      characters.append(CHARACTERS.charAt((int) (number % CHARACTERS.length())));
      number /= CHARACTERS.length();
    }
    return characters.toString();
  }

  /** An id that repeated requests of one organisation with one key share. */
  static UUID id(String owner, String idempotencyKey) {
    ByteBuffer bytes = ByteBuffer.wrap(sha256("exercise:" + owner + ":" + idempotencyKey));
    long high = (bytes.getLong() & ~0xF000L) | 0x8000L;
    long low = (bytes.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
