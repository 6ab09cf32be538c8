package dev.kinebeam.web.http;

import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.auth.Tokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The server of the interface with four routes that need nothing behind them. */
final class TinyApi implements AutoCloseable {
  static final int MAX_HELD = 2 * 1024 * 1024;

  /** In the server's messages. */
  static final String NAME = "little server";

  static final int LARGE_BYTES = 4 * 1024 * 1024;
  private static final Reply LARGE = Reply.json(200, "x".repeat(LARGE_BYTES - 2));
  private static final UUID ORG = UUID.randomUUID();
  private static final Map<String, String> TOKENS = new ConcurrentHashMap<>();

  private final ApiServer server;

  private TinyApi(int maxInFlight, Timeouts timeouts, BodyLimits bodies) throws IOException {
    Set<Role> patients = Set.of(Role.PATIENT);
    server =
        ApiServer.start(
            new ApiServer.Setup(
                new ApiServer.Address(NAME, "127.0.0.1", 0),
                new HttpLimits(maxInFlight, Duration.ofMillis(500), timeouts, bodies),
                new BodyBudget(NAME, MAX_HELD),
                List.of(
                    new Route(Method.GET, "/v1/things", patients, new Things()),
                    new Route(Method.GET, "/v1/large", patients, (call, caller) -> LARGE),
                    new Route(Method.GET, "/v1/file", patients, this::file),
                    new Route(Method.DELETE, "/v1/file", patients, TinyApi::deleted),
                    new Route(Method.GET, "/v1/things/{id}", patients, TinyApi::thing),
                    new Route(Method.POST, "/v1/things", patients, TinyApi::length)),
                BearerAuthenticator.withComposer(Tokens.config(), new Secret("composer")),
                new Cors(Set.of()),
                Pages.ofInterface("core-api"),
                (method, route, status, nanos) -> {}));
  }

  static TinyApi start() throws IOException {
    return with(Timeouts.USUAL);
  }

  static TinyApi with(Timeouts timeouts) throws IOException {
    return new TinyApi(32, timeouts, bodies(16, 64, TrustedProxies.NONE));
  }

  /** One that serves a single request at a time. */
  static TinyApi with(BodyLimits bodies) throws IOException {
    return new TinyApi(1, Timeouts.USUAL, bodies);
  }

  static BodyLimits bodies(int perCaller, int perAddress, TrustedProxies proxies) {
    return new BodyLimits(1024 * 1024, MAX_HELD, perCaller, perAddress, proxies);
  }

  private static final class Things implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("x");
    }

    @Override
    public Reply handle(Call call, Principal caller) {
      return Reply.json(200, Map.of("things", List.of()));
    }
  }

  /** Byte <i>n</i> of the file that is streamed. */
  static byte fileByte(long position) {
    return (byte) (position * 31 + (position >> 8));
  }

  static final int FILE_BYTES = 1_000_000;
  static final Instant FILE_TIME = Instant.parse("2026-11-29T10:00:00Z");

  /** Files that are open. */
  final AtomicInteger open = new AtomicInteger();

  private Reply file(Call call, Principal caller) throws Problem {
    open.incrementAndGet();
    return RangedReply.of(
        call,
        "video/mp4",
        "v1",
        FILE_TIME,
        new StreamedBody() {
          @Override
          public long bytes() {
            return FILE_BYTES;
          }

          @Override
          public int read(long position, ByteBuffer target) {
            int count = Math.min(target.remaining(), 10_000);
            for (int i = 0; i < count; i++) {
              target.put(fileByte(position + i));
            }
            return count;
          }

          @Override
          public void close() {
            open.decrementAndGet();
          }
        });
  }

  private static Reply deleted(Call call, Principal caller) {
    return Reply.empty(204, Map.of());
  }

  private static Reply thing(Call call, Principal caller) throws Problem {
    return Reply.json(200, Map.of("id", call.pathId("id")));
  }

  private static Reply length(Call call, Principal caller) throws Problem {
    return Reply.json(202, Map.of("bytes", LimitedBody.read(call, 1024 * 1024).length));
  }

  /** A valid token of the patient with this name. */
  static String token(String patient) {
    return TOKENS.computeIfAbsent(patient, name -> Tokens.of(Role.PATIENT, ORG, UUID.randomUUID()));
  }

  static String authorization() {
    return "Authorization: Bearer " + token("usual") + "\r\n";
  }

  int port() {
    return server.port();
  }

  /** Everything that comes for {@code bytes} until the server closes. */
  String exchange(String bytes) throws IOException {
    return RawHttp.exchange(port(), bytes);
  }

  @Override
  public void close() {
    server.close();
  }
}
