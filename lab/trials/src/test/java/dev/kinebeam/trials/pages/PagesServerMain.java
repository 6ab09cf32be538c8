package dev.kinebeam.trials.pages;

import dev.kinebeam.coreapi.CoreApi;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.web.http.Pages;
import java.lang.reflect.Field;
import java.net.URI;
import java.util.Map;

/**
 * Serves the pages with the small clinic until it is stopped, for looking at them while they are
 * written: files of a folder on the class path are read anew for every request. {@code
 * lab/trials/README.md} has the command.
 */
public final class PagesServerMain {
  private static final int PORT = 8099;
  private static final long FORGET_EVERY_MS = 250;

  private PagesServerMain() {}

  /**
   * Starts it.
   *
   * @param args the port, 8099 unless given, and the addresses of a video host and a gateway
   */
  public static void main(String[] args)
      throws StartException, InterruptedException, ReflectiveOperationException {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : PORT;
    PagesHarness.Outside outside =
        args.length > 2
            ? new PagesHarness.Outside(URI.create(args[1]), URI.create(args[2]))
            : PagesHarness.Outside.NONE;
    Field loaded = Pages.class.getDeclaredField("LOADED");
    loaded.setAccessible(true);
    try (TestPostgres postgres = PagesHarness.filled();
        CoreApi coreApi = PagesHarness.coreApi(postgres, port, outside)) {
      System.out.printf("http://127.0.0.1:%d%n", coreApi.port());
      for (; ; ) {
        Thread.sleep(FORGET_EVERY_MS);
        ((Map<?, ?>) loaded.get(null)).clear();
      }
    }
  }
}
