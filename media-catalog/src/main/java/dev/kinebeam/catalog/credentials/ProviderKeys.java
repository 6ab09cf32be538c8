package dev.kinebeam.catalog.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.schemas.Masked;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that secrets of providers are encrypted under: AES-256-GCM with a random nonce of 96
 * bits, and the provider and the secret's name as associated data, so that one row's value is of no
 * use in the place of another. The first key encrypts, and all decrypt.
 */
public final class ProviderKeys {
  /** The environment's name of the keys. */
  public static final String VARIABLE = "KINEBEAM_PROVIDERS_KEY";

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int ID_BYTES = 4;
  private static final String FORM =
      VARIABLE
          + " must be 32 random bytes in Base64 (openssl rand -base64 32), or several with commas"
          + " between them, the newest first";

  private final SecureRandom random = new SecureRandom();
  private final List<Key> keys;

  private record Key(String id, SecretKeySpec key) {}

  /**
   * An encrypted secret.
   *
   * @param keyId which key it was encrypted under
   * @param sealed nonce, ciphertext and tag in Base64
   */
  record Sealed(String keyId, String sealed) {}

  private ProviderKeys(List<Key> keys) {
    this.keys = keys;
  }

  /**
   * The keys of a setting.
   *
   * @throws IllegalArgumentException when one of them is not 32 bytes in Base64
   */
  public static ProviderKeys of(String setting) {
    return new ProviderKeys(
        Arrays.stream(setting.split(",", -1)).map(String::strip).map(ProviderKeys::key).toList());
  }

  private static Key key(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // The decoder's message quotes the key.
      throw new IllegalArgumentException(FORM);
    }
    if (bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException("%s; one has %d bytes".formatted(FORM, bytes.length));
    }
    return new Key(id(bytes), new SecretKeySpec(bytes, "AES"));
  }

  /** Derived, so that the operator has no names to keep in step with keys. */
  private static String id(byte[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("kinebeam providers key".getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest(key), 0, ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The ids of the keys, that of the one that encrypts first. */
  public List<String> ids() {
    return keys.stream().map(Key::id).toList();
  }

  boolean has(String keyId) {
    return ids().contains(keyId);
  }

  /** Encrypts under the first key. */
  Sealed seal(ProviderSecret secret, String value) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    Key first = keys.get(0);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, first, secret, nonce).doFinal(value.getBytes(UTF_8));
      byte[] whole =
          ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return new Sealed(first.id, Base64.getEncoder().encodeToString(whole));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  /**
   * Decrypts.
   *
   * @throws UnreadableSecretException when its key is not among these, or it was altered
   */
  String open(ProviderSecret secret, Sealed sealed) {
    Key key =
        keys.stream()
            .filter(one -> one.id.equals(sealed.keyId))
            .findFirst()
            .orElseThrow(
                () ->
                    new UnreadableSecretException(
                        "%s was encrypted under the key %s, and %s has %s; add that key to it, behind a comma"
                            .formatted(
                                named(secret), sealed.keyId, VARIABLE, String.join(", ", ids())),
                        null));
    try {
      byte[] whole = Base64.getDecoder().decode(sealed.sealed);
      byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
      return new String(
          cipher(Cipher.DECRYPT_MODE, key, secret, nonce)
              .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES),
          UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UnreadableSecretException(
          named(secret) + " was altered in the database; enter it again by PUT /v1/admin/providers",
          e);
    }
  }

  static String named(ProviderSecret secret) {
    return "the secret %s of %s".formatted(secret.word(), secret.provider().word());
  }

  private static Cipher cipher(int mode, Key key, ProviderSecret secret, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key.key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((secret.provider().word() + "/" + secret.word()).getBytes(UTF_8));
    return cipher;
  }

  @Override
  public String toString() {
    return "ProviderKeys%s[%s]".formatted(ids(), Masked.SECRET);
  }
}
