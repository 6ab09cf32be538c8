package dev.kinebeam.trials.pages;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.RequestOptions;
import dev.kinebeam.coreapi.CoreApi;
import dev.kinebeam.coreapi.CoreApiMain;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.trials.browser.Chromium;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * A Core API in this JVM over a database of its own, filled with {@link SmallClinic}, and one
 * Chromium. There is no Kafka, no object store and no gateway.
 *
 * <pre>{@code
 * harness = PagesHarness.start();
 * Page page = harness.open(SmallClinic.ADMIN, "/clinic");
 * assertThat(Looks.faults(page, "clinic")).isEmpty();
 * }</pre>
 */
public final class PagesHarness implements AutoCloseable {
  private static final String SECRET = "a secret of the pages' tests, 32 bytes or more";
  private static final String NO_PASSWORD = "none is asked for";

  /** Signs the addresses of videos. */
  static final String TOKEN_KEY = "a token key";

  private final TestPostgres postgres;
  private final CoreApi coreApi;
  private final Chromium chromium;

  private PagesHarness(TestPostgres postgres, CoreApi coreApi, Chromium chromium) {
    this.postgres = postgres;
    this.coreApi = coreApi;
    this.chromium = chromium;
  }

  /**
   * Other programs that the pages call.
   *
   * @param videos where players fetch videos
   * @param gateway where players send events
   */
  public record Outside(URI videos, URI gateway) {
    private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

    /** Nothing answers there. */
    static final Outside NONE = new Outside(NOWHERE, NOWHERE);
  }

  /** Starts all of it: about ten seconds. */
  public static PagesHarness start() throws StartException {
    return start(Outside.NONE);
  }

  /** As {@link #start()}, with a video host or a gateway. */
  public static PagesHarness start(Outside outside) throws StartException {
    TestPostgres postgres = filled();
    return new PagesHarness(postgres, coreApi(postgres, 0, outside), Chromium.start());
  }

  /** As {@link #start()}, with further settings of the Core API and cameras. */
  public static PagesHarness startWithCameras(Map<String, String> settings) throws StartException {
    return startWithCameras(Outside.NONE, settings);
  }

  /** The same, with a video host or a gateway. */
  static PagesHarness startWithCameras(Outside outside, Map<String, String> settings)
      throws StartException {
    TestPostgres postgres = filled();
    return new PagesHarness(
        postgres, coreApi(postgres, 0, outside, settings), Chromium.startWithCameras());
  }

  /** A database with the small clinic. */
  static TestPostgres filled() {
    TestPostgres postgres = TestPostgres.migrated();
    SmallClinic.fill(Jdbi.create(postgres.owner()), Instant.now());
    return postgres;
  }

  /**
   * The Core API in development mode.
   *
   * @param port 0 = a free one
   */
  static CoreApi coreApi(TestPostgres postgres, int port, Outside outside) throws StartException {
    return coreApi(postgres, port, outside, Map.of());
  }

  private static CoreApi coreApi(
      TestPostgres postgres, int port, Outside outside, Map<String, String> settings)
      throws StartException {
    Map<String, String> env =
        new HashMap<>(
            Map.of(
                "AUTH_HS256_SECRET",
                SECRET,
                "DATABASE_PASSWORD",
                NO_PASSWORD,
                "ADMIN_DATABASE_USER",
                "admin",
                "ADMIN_DATABASE_PASSWORD",
                NO_PASSWORD,
                "VIDEO_HOST_URL",
                outside.videos().toString(),
                "VIDEO_HOST_TOKEN_KEY",
                TOKEN_KEY));
    env.putAll(settings);
    return CoreApi.start(
        CoreApiMain.configure(
            env,
            "--development",
            "--port=" + port,
            "--admin-port=0",
            "--gateway-url=" + outside.gateway(),
            "--auth-issuer=tests",
            "--auth-audience=gateway",
            "--kafka-bootstrap-servers=127.0.0.1:9",
            "--database-url=" + login(postgres, "core_api").url(),
            "--database-user=core_api"));
  }

  private static DatabaseSettings login(TestPostgres postgres, String user) {
    return new DatabaseSettings(postgres.url(user).replaceAll("\\?.*", ""), user, NO_PASSWORD);
  }

  public String address() {
    return "http://127.0.0.1:" + coreApi.port();
  }

  /** The database with the rights of another program. */
  DatabaseSettings login(String user) {
    return login(postgres, user);
  }

  /** With the rights of the database's owner: for rows that a test adds. */
  public Jdbi owner() {
    return Jdbi.create(postgres.owner());
  }

  /** An empty page in a browser profile of its own: a desktop with light colours, in English. */
  public Page page() {
    return chromium.page(new Chromium.Look(1280, 800, false));
  }

  /** A page on which this person is signed in; nothing is loaded yet. */
  public Page signIn(SmallClinic.Person person) {
    Page page = page();
    signIn(page, person.id());
    return page;
  }

  /** Signs in in the profile of this page. */
  public void signIn(Page page, UUID person) {
    APIResponse answer =
        page.request()
            .post(
                address() + "/auth/demo",
                RequestOptions.create()
                    .setHeader("Origin", address())
                    .setData(Map.of("person_id", person.toString())));
    if (!answer.ok()) {
      throw new IllegalStateException("signing in answered " + answer.status() + answer.text());
    }
  }

  /** Signs in, opens an address such as {@code /clinic} and waits until it has its content. */
  public Page open(SmallClinic.Person person, String path) {
    Page page = signIn(person);
    open(page, path);
    return page;
  }

  /** Opens an address and waits until the page has its content and is no longer loading. */
  public void open(Page page, String path) {
    page.navigate(address() + path);
    settle(page);
  }

  /** Waits until the page has drawn and shows no skeleton. */
  public static void settle(Page page) {
    page.waitForSelector("#page:not([aria-busy])");
    Chromium.until(page, "!document.querySelector('.bones')");
  }

  /** What a page complains of from now on; pass it to {@link Looks} or assert that it is empty. */
  public static List<String> complaintsOf(Page page) {
    return Chromium.complaintsOf(page);
  }

  @Override
  public void close() {
    // In the opposite order, so that no query is cut off.
    try (postgres;
        coreApi;
        chromium) {
      return;
    }
  }
}
