package dev.kinebeam.localstack.services;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.host.OwnHost;
import dev.kinebeam.catalog.host.OwnHostSettings;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.hls.PlannedComposition;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.mezzanine.SharedMezzanines;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.localstack.services.Endpoints.ObjectStoreAccess;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import dev.kinebeam.program.observability.AdminAddress;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.videohost.HostConfig;
import dev.kinebeam.videohost.HostServer;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.server.ListenAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** S3, the sample exercise in its assets bucket, and our own host in this process. */
public final class HostStage implements AutoCloseable {
  public static final String TOKEN_KEY = "token-key";
  private static final String API_KEY = "api-key";
  private static final long ONE_GIGABYTE = 1L << 30;

  private final RunningServices services = new RunningServices();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final Set<String> origins;
  private final ObjectStoreAccess access;
  final ObjectStore mezzanines;
  final ObjectStore assets;
  private final PinnedMezzanines stored;
  private HostServer server;
  private int hosts;

  /** Moved by tests; who signs has the real time. */
  public volatile Duration ahead = Duration.ZERO;

  private HostStage(Path folder, Set<String> origins) throws Exception {
    this.folder = folder;
    this.origins = origins;
    StackSettings settings = StackSettings.forTests(folder.resolve("stack"));
    this.access =
        new Launcher(settings, services, ServicePorts.choose(settings.ports())).objectStore();
    this.mezzanines = ObjectStore.open(bucket("mezzanines"));
    this.assets = ObjectStore.open(bucket(access.bucket()));
    this.stored =
        new PinnedMezzanines(folder.resolve("job"), ONE_GIGABYTE, mezzanines, Clock.systemUTC());
  }

  static HostStage open(Path folder) throws Exception {
    return open(folder, Set.of());
  }

  /**
   * Starts them.
   *
   * @param origins whose pages may play
   */
  public static HostStage open(Path folder, Set<String> origins) throws Exception {
    HostStage stage = new HostStage(folder, origins);
    stage.mezzanines.createBucket();
    SampleExercise.small().writeTo(stage.bundle(), BundleProgress.NONE);
    for (String file : BundleFiles.in(stage.bundle())) {
      stage.assets.put(asset(file), stage.bundle().resolve(file), "application/octet-stream");
    }
    stage.startHost();
    return stage;
  }

  static String asset(String file) {
    return SampleExercise.SLUG + "/" + file;
  }

  Path bundle() {
    return folder.resolve("bundle");
  }

  private ObjectStoreSettings bucket(String name) {
    return new ObjectStoreSettings(
        name,
        access.region(),
        Optional.of(access.endpoint()),
        Optional.of(new Credentials(access.accessKeyId(), access.secretAccessKey())));
  }

  /** Starts a host that has nothing on its disk. */
  void startHost() throws Exception {
    server =
        HostServer.start(
            new HostConfig(
                new ListenAddress(
                    "127.0.0.1", 0, new AdminAddress("127.0.0.1", OptionalInt.of(0)), origins),
                HttpLimits.of(64, Duration.ofSeconds(2)),
                new HostConfig.Keys(new Secret(API_KEY), new Secret(TOKEN_KEY)),
                bucket("mezzanines"),
                Optional.of(bucket(access.bucket())),
                new HostConfig.CacheFolder(
                    hostFolder(), hostFolder().resolve("mezzanines"), ONE_GIGABYTE)),
            () -> Instant.now().plus(ahead));
  }

  /** Ends the host and all that it has on its disk, and starts another. */
  void replaceHost() throws Exception {
    server.close();
    hosts++;
    startHost();
  }

  Path hostFolder() {
    return folder.resolve("host-" + hosts);
  }

  /** Where the host's API is, and where it plays. */
  URI address() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  public OwnHost client() {
    return client(address());
  }

  /** One that reaches the host's API at this address. */
  OwnHost client(URI api) {
    return OwnHost.open(
        new OwnHostSettings(api, address(), Optional.of(API_KEY), TOKEN_KEY),
        Optional.of(mezzanines));
  }

  /** Makes what a render job makes of a recipe before it publishes. */
  public PlannedComposition composed(Recipe recipe, List<Profile> ladder) throws Exception {
    BundleDirectory bundle = BundleDirectory.open(bundle());
    List<MezzanineCache> caches =
        MezzanineCache.ladder(
            folder.resolve("job"),
            ladder.stream().map(Profile::quality).toList(),
            ONE_GIGABYTE,
            Normalizer.withDefaults(),
            SharedMezzanines.NONE,
            Clock.systemUTC());
    PlannedComposition made =
        PlannedComposition.of(
            RenderScript.of(bundle.bundle(), recipe), bundle::source, caches, Progress.NONE);
    stored.requireStored(made.composition());
    return made;
  }

  public String publish(Composition composition, String title) throws IOException {
    return client()
        .publish(
            new VideoHost.Content.Composed(composition),
            title,
            SampleExercise.SLUG,
            VideoHost.Journal.NONE);
  }

  public HttpResponse<byte[]> get(URI address, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** Asks again for as long as the host says so, as players do. */
  public HttpResponse<byte[]> whenMade(URI address) throws Exception {
    HttpResponse<byte[]> answer = get(address);
    while (answer.statusCode() == 503) {
      TimeUnit.MILLISECONDS.sleep(50);
      answer = get(address);
    }
    return answer;
  }

  public HttpClient http() {
    return http;
  }

  /** All that a player fetches of one track, one after the other. */
  Path played(URI master, String track) throws Exception {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (URI segment : segments(master, track)) {
      HttpResponse<byte[]> answer = whenMade(segment);
      if (answer.statusCode() != 200) {
        throw new AssertionError(segment + ": " + new String(answer.body(), UTF_8));
      }
      stream.writeBytes(answer.body());
    }
    return Files.write(Files.createTempFile(folder, track, ".mp4"), stream.toByteArray());
  }

  /** The addresses in a media playlist, the initialisation first. */
  public List<URI> segments(URI master, String track) throws Exception {
    URI media = master.resolve(track + "/video.m3u8");
    String text = new String(get(media).body(), UTF_8);
    return text.lines()
        .filter(line -> line.startsWith("#EXT-X-MAP") || !line.startsWith("#"))
        .map(line -> line.replaceAll("#EXT-X-MAP:URI=\"(.*)\"", "$1"))
        .map(media::resolve)
        .toList();
  }

  public String metrics() throws Exception {
    URI address = URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics");
    return new String(get(address).body(), UTF_8);
  }

  @Override
  public void close() throws IOException {
    server.close();
    mezzanines.close();
    assets.close();
    services.stop();
  }
}
