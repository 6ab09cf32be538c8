package dev.kinebeam.catalog.host;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kinebeam.catalog.host.CloudflareStreamSettings.SigningKey;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.time.Instant;
import java.util.Base64;

/**
 * The tokens that take a video's place in its playback addresses: RS256 JSON web tokens with the
 * header {@code {alg, kid}} and the claims {@code {sub, kid, exp}}, signed with a key of the
 * account, so that no request is needed. Safe for use by many threads.
 */
final class CloudflareTokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NEITHER = "it is neither a JSON web key nor a PEM file";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** The algorithm identifier of RSA in PKCS #8 (RFC 5208), before the key of PKCS #1. */
  private static final byte[] RSA_KEY_INFO = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  private static final byte SEQUENCE = 0x30;
  private static final byte OCTETS = 0x04;

  private final String id;
  private final PrivateKey key;

  private CloudflareTokens(String id, PrivateKey key) {
    this.id = id;
    this.key = key;
  }

  /**
   * Reads a key: a JSON web key or a PEM file of PKCS #1 or PKCS #8, as it is or in base64, as the
   * API returns both.
   *
   * @throws IllegalArgumentException saying what is wrong, without the key
   */
  static CloudflareTokens of(SigningKey signingKey) {
    String text = plain(signingKey.privateKey().strip());
    try {
      return new CloudflareTokens(
          signingKey.id(), text.startsWith("{") ? webKey(text) : pemKey(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("it is not an RSA private key", e);
    }
  }

  private static String plain(String text) {
    if (text.startsWith("{") || text.startsWith("-----")) {
      return text;
    }
    return new String(decoded(Base64.getMimeDecoder(), text), UTF_8).strip();
  }

  private static byte[] decoded(Base64.Decoder decoder, String text) {
    try {
      return decoder.decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(NEITHER, e);
    }
  }

  private static PrivateKey webKey(String text) throws GeneralSecurityException {
    JsonNode jwk;
    try {
      jwk = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the JSON web key is not JSON");
    }
    return KeyFactory.getInstance("RSA")
        .generatePrivate(
            new RSAPrivateCrtKeySpec(
                number(jwk, "n"),
                number(jwk, "e"),
                number(jwk, "d"),
                number(jwk, "p"),
                number(jwk, "q"),
                number(jwk, "dp"),
                number(jwk, "dq"),
                number(jwk, "qi")));
  }

  private static BigInteger number(JsonNode jwk, String field) {
    String text = jwk.path(field).asText();
    if (text.isEmpty()) {
      throw new IllegalArgumentException(
          "the JSON web key has no " + field + "; a private key of RSA has it");
    }
    return new BigInteger(1, decoded(Base64.getUrlDecoder(), text));
  }

  private static PrivateKey pemKey(String text) throws GeneralSecurityException {
    if (!text.startsWith("-----BEGIN ")) {
      throw new IllegalArgumentException(NEITHER);
    }
    String body = text.replaceAll("-----(BEGIN|END) [A-Z ]+-----", "");
    byte[] der = decoded(Base64.getMimeDecoder(), body);
    boolean pkcs1 = text.startsWith("-----BEGIN RSA ");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(pkcs1 ? pkcs8(der) : der));
  }

  private static byte[] pkcs8(byte[] pkcs1) {
    byte[] key = tagged(OCTETS, pkcs1);
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    info.writeBytes(RSA_KEY_INFO);
    info.writeBytes(key);
    return tagged(SEQUENCE, info.toByteArray());
  }

  /** A value of DER with its tag and its length in two bytes, since every RSA key needs them. */
  private static byte[] tagged(byte tag, byte[] content) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    value.writeBytes(
        new byte[] {tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length});
    value.writeBytes(content);
    return value.toByteArray();
  }

  /**
   * A token that plays the video.
   *
   * @param expires compared in whole seconds
   */
  String token(String video, Instant expires) {
    String head = part(JSON.createObjectNode().put("alg", "RS256").put("kid", id));
    String claims =
        part(
            JSON.createObjectNode()
                .put("sub", video)
                .put("kid", id)
                .put("exp", expires.getEpochSecond()));
    String signed = head + "." + claims;
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key was read as a private key of RSA", e);
    }
  }

  private static String part(JsonNode json) {
    return BASE64.encodeToString(json.toString().getBytes(UTF_8));
  }
}
