package dev.kinebeam.localstack.cloudflare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.kinebeam.localstack.standin.JsonFiles;
import dev.kinebeam.schemas.Masked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The account's signing keys and its notifications, kept as a file. Tokens are checked by a library
 * that the client does not use. Safe for use by many threads.
 */
final class Account {
  private static final int KEY_BITS = 2048;
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * @param keys JSON web keys by their ids
   * @param notificationUrl empty = nothing is announced
   */
  private record Kept(Map<String, String> keys, String notificationUrl, String webhookSecret) {
    /** Without the keys and the secret. */
    @Override
    public String toString() {
      return "%d keys, notifications to %s".formatted(keys.size(), Masked.address(notificationUrl));
    }
  }

  /** Where notifications go, and the secret that signs them. */
  record Webhook(String address, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return Masked.address(address);
    }
  }

  private final Path file;
  private Kept kept;

  private Account(Path file, Kept kept) {
    this.file = file;
    this.kept = kept;
  }

  static Account open(Path file) throws IOException {
    return new Account(
        file,
        Files.exists(file)
            ? JsonFiles.MAPPER.readValue(file.toFile(), Kept.class)
            : new Kept(Map.of(), "", ""));
  }

  /** Makes a key; returns what the API answers. */
  synchronized ObjectNode createKey() throws IOException {
    String id = randomId();
    try {
      RSAKey key = new RSAKeyGenerator(KEY_BITS).keyID(id).algorithm(JWSAlgorithm.RS256).generate();
      Map<String, String> keys = new LinkedHashMap<>(kept.keys());
      keys.put(id, key.toJSONString());
      keep(new Kept(keys, kept.notificationUrl(), kept.webhookSecret()));
      return JsonFiles.MAPPER
          .createObjectNode()
          .put("id", id)
          .put("jwk", base64(key.toJSONString()))
          .put("pem", base64(pem(key)))
          .put("created", Instant.now().toString());
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java makes keys of RSA", e);
    }
  }

  private static String pem(RSAKey key) throws JOSEException {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(key.toPrivateKey().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static String randomId() {
    byte[] id = new byte[16];
    RANDOM.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /** Sets the address; the secret is a new one only for a new address. */
  synchronized Webhook subscribe(String address) throws IOException {
    boolean known = address.equals(kept.notificationUrl());
    keep(new Kept(kept.keys(), address, known ? kept.webhookSecret() : randomId()));
    return new Webhook(address, kept.webhookSecret());
  }

  synchronized Optional<Webhook> webhook() {
    return kept.notificationUrl().isEmpty()
        ? Optional.empty()
        : Optional.of(new Webhook(kept.notificationUrl(), kept.webhookSecret()));
  }

  private void keep(Kept next) throws IOException {
    JsonFiles.write(file, next);
    kept = next;
  }

  /** What a token opens, and until when. */
  record Opened(String uid, Instant expires) {}

  /** What a token opens now; empty where it is not one of this account's, or not valid now. */
  Optional<Opened> opened(String token, Instant now) {
    try {
      JWSObject jws = JWSObject.parse(token);
      String id = jws.getHeader().getKeyID();
      Optional<String> key = key(id);
      if (key.isEmpty()
          || !jws.getHeader().getAlgorithm().equals(JWSAlgorithm.RS256)
          || !jws.verify(new RSASSAVerifier(RSAKey.parse(key.get()).toRSAPublicKey()))) {
        return Optional.empty();
      }
      JWTClaimsSet claims = JWTClaimsSet.parse(jws.getPayload().toJSONObject());
      boolean valid =
          id.equals(claims.getStringClaim("kid"))
              && claims.getSubject() != null
              && claims.getExpirationTime() != null
              && now.isBefore(claims.getExpirationTime().toInstant())
              && (claims.getNotBeforeTime() == null
                  || !now.isBefore(claims.getNotBeforeTime().toInstant()));
      return valid
          ? Optional.of(new Opened(claims.getSubject(), claims.getExpirationTime().toInstant()))
          : Optional.empty();
    } catch (ParseException | JOSEException e) {
      return Optional.empty();
    }
  }

  private synchronized Optional<String> key(String id) {
    return id == null ? Optional.empty() : Optional.ofNullable(kept.keys().get(id));
  }
}
