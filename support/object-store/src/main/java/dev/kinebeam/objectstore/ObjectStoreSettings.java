package dev.kinebeam.objectstore;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.schemas.Masked;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where the objects are.
 *
 * @param bucket the bucket's name
 * @param region AWS region; any word for other servers
 * @param endpoint a server other than AWS, spoken to in path style
 * @param credentials empty = the AWS SDK's default chain (environment, profile, task role)
 */
public record ObjectStoreSettings(
    String bucket, String region, Optional<URI> endpoint, Optional<Credentials> credentials) {

  /** A pair of keys. */
  public record Credentials(String accessKeyId, String secretAccessKey) {
    @Override
    public String toString() {
      return Masked.SECRET;
    }
  }

  @Override
  public String toString() {
    return "ObjectStoreSettings[bucket=%s, region=%s, endpoint=%s, credentials=%s]"
        .formatted(
            bucket,
            region,
            endpoint.map(Masked::address).orElse("AWS"),
            credentials.map(Credentials::toString).orElse("of the environment"));
  }

  /**
   * Where signed addresses of the bucket lead: a scheme, a host and a port, for the rules by which
   * browsers decide where a page may upload to. AWS has several forms, so it is that of an address
   * that is signed; the keys do not matter to it, and none are looked for.
   */
  public URI signedOrigin() {
    Credentials any = new Credentials("any", "any");
    try (ObjectStore store =
        ObjectStore.open(new ObjectStoreSettings(bucket, region, endpoint, Optional.of(any)))) {
      URI address = store.presignPut("any", "video/mp4", Duration.ofMinutes(1));
      return URI.create(address.getScheme() + "://" + address.getRawAuthority());
    }
  }

  /**
   * From {@code S3_ASSETS_BUCKET}, {@code S3_REGION} (default eu-central-1), {@code S3_ENDPOINT},
   * {@code S3_ACCESS_KEY_ID} and {@code S3_SECRET_ACCESS_KEY}.
   *
   * @throws IllegalArgumentException naming the variable that is missing or wrong
   */
  public static ObjectStoreSettings fromEnvironment(Map<String, String> env) {
    return fromEnvironment(env, "S3_ASSETS_BUCKET");
  }

  /**
   * As {@link #fromEnvironment(Map)}, with the bucket that another variable names.
   *
   * @throws IllegalArgumentException naming the variable that is missing or wrong
   */
  public static ObjectStoreSettings fromEnvironment(Map<String, String> env, String variable) {
    return forBucket(env, Environment.of(env).required(variable, "name the bucket"));
  }

  /**
   * As {@link #fromEnvironment(Map)}, with a bucket that is given otherwise.
   *
   * @throws IllegalArgumentException naming the variable that is wrong
   */
  public static ObjectStoreSettings forBucket(Map<String, String> variables, String bucket) {
    Environment env = Environment.of(variables);
    Optional<String> id = env.optional("S3_ACCESS_KEY_ID");
    Optional<String> secret = env.optional("S3_SECRET_ACCESS_KEY");
    if (id.isPresent() != secret.isPresent()) {
      throw new IllegalArgumentException(
          "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together: set both or neither");
    }
    return new ObjectStoreSettings(
        bucket,
        env.orElse("S3_REGION", "eu-central-1"),
        env.optional("S3_ENDPOINT").map(URI::create),
        id.map(key -> new Credentials(key, secret.orElseThrow())));
  }
}
