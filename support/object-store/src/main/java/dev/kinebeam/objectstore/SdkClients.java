package dev.kinebeam.objectstore;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Makes the SDK's clients. The HTTP client is named, since Beam's class path holds several and the
 * SDK picks none.
 */
final class SdkClients {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** One attempt at a call; those that carry a body are given more. */
  static final Duration ATTEMPT = Duration.ofSeconds(10);

  /** What the attempts at a call may take beyond the longest of them. */
  static final Duration RETRIES = Duration.ofSeconds(15);

  private SdkClients() {}

  static S3Client client(ObjectStoreSettings settings) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings))
            .forcePathStyle(settings.endpoint().isPresent())
            // By default the SDK adds checksums of its own, which several stores refuse. What is
            // sent is guarded by its length, and by TLS or its signature.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(plainBodies().build())
            // A server that takes a connection and then hangs: a blocked write knows no other
            // limit.
            .overrideConfiguration(
                limits ->
                    limits.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(ATTEMPT.plus(RETRIES)))
            .httpClientBuilder(
                ApacheHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE));
    settings.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  static S3Presigner presigner(ObjectStoreSettings settings) {
    S3Presigner.Builder builder =
        S3Presigner.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings))
            .serviceConfiguration(
                plainBodies().pathStyleAccessEnabled(settings.endpoint().isPresent()).build());
    settings.endpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  /**
   * Bodies are sent as they are, and not in signed chunks, which several stores keep as they come.
   */
  private static S3Configuration.Builder plainBodies() {
    return S3Configuration.builder().chunkedEncodingEnabled(false);
  }

  private static AwsCredentialsProvider credentials(ObjectStoreSettings settings) {
    return settings
        .credentials()
        .<AwsCredentialsProvider>map(
            c ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(c.accessKeyId(), c.secretAccessKey())))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }
}
