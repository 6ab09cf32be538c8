package dev.kinebeam.trials.players;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.trials.docs.ShellBlocks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** nginx before our own host, by the rule that docs/operations.md has. */
final class CachingProxy implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final String FRAME =
      """
      daemon off;
      master_process off;
      pid %1$s/nginx.pid;
      error_log %1$s/error.log warn;
      events {}
      http {
        access_log off;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
        %2$s
      }
      """;

  private final Process nginx;
  private final int port;
  private final Path folder;

  private CachingProxy(Process nginx, int port, Path folder) {
    this.nginx = nginx;
    this.port = port;
    this.folder = folder;
  }

  /** Starts it at a free port before a host. */
  static CachingProxy before(URI host, Path folder) throws Exception {
    for (int attempt = 1; ; attempt++) {
      CachingProxy proxy = start(host, freePort(), Files.createTempDirectory(folder, "nginx"));
      if (proxy.listens()) {
        return proxy;
      }
      if (attempt == ATTEMPTS) {
        throw new AssertionError("nginx does not start: " + proxy.errors());
      }
    }
  }

  private static CachingProxy start(URI host, int port, Path folder) throws IOException {
    String rule =
        ShellBlocks.of("operations.md", "Our own video host", "nginx")
            .get(0)
            .replace("127.0.0.1:8095", host.getAuthority())
            .replace("listen 8096", "listen 127.0.0.1:" + port)
            .replace("/var/cache/nginx/kinebeam", folder.resolve("cache").toString());
    Path file =
        Files.writeString(folder.resolve("nginx.conf"), FRAME.formatted(folder, rule), UTF_8);
    Process nginx =
        new ProcessBuilder(
                executable(), "-p", folder.toString(), "-e", folder + "/error.log", "-c", "" + file)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.log").toFile())
            .start();
    return new CachingProxy(nginx, port, folder);
  }

  private static String executable() {
    String found = System.getenv("KINEBEAM_NGINX");
    return Stream.concat(Stream.ofNullable(found), Stream.of("/usr/sbin/nginx"))
        .filter(name -> Files.isExecutable(Path.of(name)))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("no nginx here; run the tests by ./kinebeam test"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /** False when it has ended, as it does when another program took the port. */
  private boolean listens() throws IOException, InterruptedException {
    while (nginx.isAlive()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected() && nginx.isAlive();
      } catch (ConnectException notYet) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
    return false;
  }

  /** An address of the host as viewers behind the proxy have it. */
  URI in(URI address) {
    return URI.create("http://127.0.0.1:" + port + address.getRawPath());
  }

  /** What it complained of. */
  List<String> errors() throws IOException {
    return Files.readAllLines(folder.resolve("error.log"), UTF_8);
  }

  @Override
  public void close() {
    nginx.destroy();
    nginx
        .onExit()
        .orTimeout(5, TimeUnit.SECONDS)
        .exceptionally(late -> nginx.destroyForcibly())
        .join();
  }
}
