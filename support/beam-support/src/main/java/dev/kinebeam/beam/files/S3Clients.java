package dev.kinebeam.beam.files;

import java.time.Duration;
import org.apache.beam.sdk.io.aws2.options.S3ClientBuilderFactory;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.aws2.s3.DefaultS3ClientBuilderFactory;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Makes Beam's S3 clients such that servers other than Amazon's understand them. */
public final class S3Clients implements S3ClientBuilderFactory {
  /** Longest for one attempt at a call; a part of an upload has 5 MiB and more. */
  private static final Duration ATTEMPT = Duration.ofSeconds(60);

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration CALL = Duration.ofSeconds(150);

  @Override
  public S3ClientBuilder createBuilder(S3Options options) {
    S3ClientBuilder builder = new DefaultS3ClientBuilderFactory().createBuilder(options);
    boolean ownServer = options.getEndpoint() != null;
    if (ownServer) {
      // A deletion has to have a checksum, and several know this one alone.
      builder.addPlugin(LegacyMd5Plugin.create());
      // The parts of a file are sent as they are, and not in signed chunks.
      builder.serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false));
    }
    return builder
        // By default the SDK adds checksums of its own, which several stores refuse.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .forcePathStyle(ownServer)
        // The reaper of idle connections is a thread that would outlive a job and keep its classes.
        .httpClientBuilder(
            ApacheHttpClient.builder()
                .connectionTimeout(CONNECT)
                .socketTimeout(SILENCE)
                .useIdleConnectionReaper(false))
        .overrideConfiguration(
            limits -> {
              limits.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL);
              if (ownServer) {
                limits.addExecutionInterceptor(new WithoutBucketKey());
              }
            });
  }

  /**
   * Drops the header by which Beam says of each upload that no bucket key is to be used: servers
   * that have no such keys answer 501 to it.
   */
  private static final class WithoutBucketKey implements ExecutionInterceptor {
    private static final String HEADER = "x-amz-server-side-encryption-bucket-key-enabled";

    @Override
    public SdkHttpRequest modifyHttpRequest(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      return context.httpRequest().toBuilder().removeHeader(HEADER).build();
    }
  }
}
