package dev.kinebeam.web.server;

import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.web.auth.Authenticator;
import dev.kinebeam.web.http.ApiServer;
import dev.kinebeam.web.http.BodyBudget;
import dev.kinebeam.web.http.Cors;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.http.Pages;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all programs that serve HTTP have: meters, dependencies that are watched, a port for health
 * and metrics, and the interface, started in this order. Closing it lets the requests in flight
 * finish, and then closes everything in the opposite order; so does a start that fails.
 */
public abstract class ServerFrame implements RunningServer {
  /**
   * What a server is called.
   *
   * @param program the command that runs it
   * @param server in messages to callers
   */
  public record Identity(String program, String server, int usualAdminPort) {}

  /** Makes the interface, when health is already served. */
  @FunctionalInterface
  protected interface Interface {
    ApiServer.Setup setup() throws IOException;
  }

  /** The program's own meters, and those of its requests. */
  protected final ServerMeters meters;

  /** What else {@code /metrics} shows. */
  protected final Metrics metrics = new Metrics();

  /** What {@code /readyz} shows. */
  protected final Dependencies dependencies = new Dependencies(metrics);

  private final ResourceStack open = new ResourceStack();
  private final Identity identity;
  private final ListenAddress listen;
  private @Nullable AdminServer admin;
  private @Nullable ApiServer api;

  protected ServerFrame(Identity identity, ListenAddress listen, ServerMeters meters) {
    this.identity = identity;
    this.listen = listen;
    this.meters = open.add(meters);
    open.add(dependencies);
  }

  /**
   * Opens what the server may not start without, and watches what it depends on.
   *
   * @throws StartException when the server must not start
   */
  protected abstract Interface open() throws IOException, StartException;

  /** Closes {@code part} with the server, before everything that was added earlier. */
  protected final <T extends AutoCloseable> T add(T part) {
    return open.add(part);
  }

  /** What the bodies of all requests may hold together. */
  protected final BodyBudget budget(HttpLimits limits) {
    return new BodyBudget(identity.server(), limits.bodies().maxHeldBytes());
  }

  /** An interface at the server's address, counted by its meters. */
  protected final ApiServer.Setup setup(
      HttpLimits limits,
      BodyBudget budget,
      List<Route> routes,
      Authenticator authenticator,
      Pages pages) {
    return new ApiServer.Setup(
        new ApiServer.Address(identity.server(), listen.host(), listen.port()),
        limits,
        budget,
        routes,
        authenticator,
        new Cors(listen.corsOrigins()),
        pages,
        meters::answered);
  }

  /**
   * Starts to serve.
   *
   * @throws StartException when it cannot start, or must not; everything is closed then
   */
  protected final void begin() throws StartException {
    Logger log = LoggerFactory.getLogger(getClass());
    try {
      Interface wired = open();
      admin =
          add(
              listen
                  .admin()
                  .start(
                      identity.program(),
                      identity.usualAdminPort(),
                      dependencies,
                      metrics,
                      () -> meters.scrape() + metrics.text()));
      ApiServer served = add(ApiServer.start(wired.setup()));
      api = served;
      log.info("listening at {}:{}", listen.host(), served.port());
    } catch (IOException e) {
      close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (StartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public final int port() {
    return Objects.requireNonNull(api, "the server has not begun").port();
  }

  @Override
  public final int adminPort() {
    return Objects.requireNonNull(admin, "the server has not begun").port();
  }

  @Override
  public final void close() {
    open.close();
  }
}
