package dev.kinebeam.localstack.s3;

import dev.kinebeam.program.process.ParentProcessMonitor;
import dev.kinebeam.program.process.ReadyLine;
import dev.kinebeam.program.process.StopOnSignal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.CrossOriginResourceSharing;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * An S3 server over a directory, on loopback only: a folder per bucket, a file per object. Requests
 * are signed with the credentials in {@code S3_ACCESS_KEY_ID} and {@code S3_SECRET_ACCESS_KEY},
 * which may do everything, or with those of a reader of one bucket. Writes its {@link ReadyLine}
 * once it listens; ends cleanly on SIGTERM and when its parent ends.
 */
@Command(
    name = "s3-server",
    mixinStandardHelpOptions = true,
    description = "An S3 server on 127.0.0.1 that keeps objects as files.")
public final class S3Main implements Callable<Integer> {
  private static final int MAX_THREADS = 32;

  @Option(names = "--port", required = true, description = "Port to listen on.")
  private int port;

  @Option(names = "--data-dir", required = true, description = "Where buckets are kept.")
  private Path dataDir;

  @Option(
      names = "--readers-bucket",
      description = {
        "A bucket that further credentials may read: S3_READER_ACCESS_KEY_ID and",
        "S3_READER_SECRET_ACCESS_KEY list it and get its objects, those of S3_GETTER_… get its",
        "objects only. They may do nothing else."
      })
  private String readersBucket;

  @Spec private CommandSpec spec;

  private S3Main() {}

  /** Runs the server until it is asked to stop. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new S3Main()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    ParentProcessMonitor.exitWithParent();
    Files.createDirectories(dataDir);
    BlobStore store = new FilesystemNio2BlobStore(dataDir.toAbsolutePath().toString());
    String owner = required("S3_ACCESS_KEY_ID");
    String ownersSecret = required("S3_SECRET_ACCESS_KEY");
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:" + port))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, owner, ownersSecret)
            .ignoreUnknownHeaders(true)
            .jettyMaxThreads(MAX_THREADS)
            .corsRules(readableFromPages())
            .build();
    Map<String, AccessGrant> grants = new HashMap<>();
    grants.put(owner, new AccessGrant(ownersSecret, store));
    if (readersBucket != null) {
      grants.put(
          required("S3_READER_ACCESS_KEY_ID"),
          new AccessGrant(
              required("S3_READER_SECRET_ACCESS_KEY"),
              RestrictedS3View.of(store, readersBucket, true)));
      grants.put(
          required("S3_GETTER_ACCESS_KEY_ID"),
          new AccessGrant(
              required("S3_GETTER_SECRET_ACCESS_KEY"),
              RestrictedS3View.of(store, readersBucket, false)));
    }
    // The server checks each request's signature against the secret that its key is granted by.
    server.setBlobStoreLocator((key, bucket, object) -> key == null ? null : grants.get(key));
    StopOnSignal stop = StopOnSignal.closing(() -> stop(server));
    // Returns once the port is bound.
    server.start();
    new ReadyLine("s3", "S3Proxy-" + version(), port).announce();
    stop.await();
    return 0;
  }

  private static void stop(S3Proxy server) {
    try {
      server.stop();
    } catch (Exception failed) {
      System.err.println("the S3 server did not stop cleanly: " + failed);
    }
  }

  private static CrossOriginResourceSharing readableFromPages() {
    return new CrossOriginResourceSharing(
        List.of("*"),
        List.of("GET", "HEAD", "PUT"),
        List.of("*"),
        List.of("ETag", "Content-Range"),
        "false");
  }

  private static String version() {
    String version = S3Proxy.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  private String required(String variable) {
    String value = System.getenv(variable);
    if (value == null || value.isBlank()) {
      throw new ParameterException(
          spec.commandLine(), variable + " is not set: give the S3 server its credentials.");
    }
    return value;
  }
}
