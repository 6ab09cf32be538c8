package dev.kinebeam.composer.plan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * Picks variants. A pick is a function of the seed, the slot and the place in the render alone, so
 * it is the same on every machine, and a new variant in one slot moves no other slot's pick.
 */
public final class VariantPicker {
  /** The place of slots that are picked once for a whole render. */
  static final int WHOLE_RENDER = -1;

  private final long seed;

  public VariantPicker(long seed) {
    this.seed = seed;
  }

  /** The variant of a slot that is picked once for the whole render. */
  public int pick(String slot, List<Integer> variants) {
    return pick(slot, WHOLE_RENDER, 0, variants);
  }

  /** The variant of a slot within one set; {@code block} is 0 unless variants are chained. */
  public int pick(String slot, int set, int block, List<Integer> variants) {
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("the slot " + slot + " has no variant");
    }
    byte[] name = slot.getBytes(StandardCharsets.UTF_8);
    ByteBuffer input = ByteBuffer.allocate(Long.BYTES + name.length + 1 + 2 * Integer.BYTES);
    input.putLong(seed).put(name).put((byte) 0).putInt(set).putInt(block);
    long hash = ByteBuffer.wrap(sha256(input.array())).getLong();
    return variants.get((int) Long.remainderUnsigned(hash, variants.size()));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
