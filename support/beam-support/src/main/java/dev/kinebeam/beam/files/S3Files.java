package dev.kinebeam.beam.files;

import dev.kinebeam.objectstore.ObjectStoreSettings;
import java.util.Map;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.options.PipelineOptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Configures a pipeline to reach {@code s3://} addresses as the programs' {@code S3_…} settings
 * say, in path style where they name a server.
 *
 * <p>Every pipeline needs it, also one that reads no object: Beam makes its S3 client wherever a
 * step is opened, and without a region it would ask the cloud's metadata service for one, which
 * takes seconds on a machine that has none.
 */
public final class S3Files {
  private S3Files() {}

  /**
   * Sets the options and returns them. Keys travel inside the job, so that workers need no
   * environment of their own; they are an object in the options' JSON, of which Flink's web page
   * shows plain values only.
   *
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static <T extends PipelineOptions> T configure(
      T options, Map<String, String> environment) {
    // The bucket is in each address.
    ObjectStoreSettings settings = ObjectStoreSettings.forBucket(environment, "any");
    S3Options s3 = options.as(S3Options.class);
    s3.setAwsRegion(Region.of(settings.region()));
    s3.setS3ClientFactoryClass(S3Clients.class);
    settings.endpoint().ifPresent(s3::setEndpoint);
    settings
        .credentials()
        .ifPresent(
            keys ->
                s3.setAwsCredentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey()))));
    return options;
  }
}
