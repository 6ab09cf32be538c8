package dev.kinebeam.trials.sockets;

import dev.kinebeam.trials.sockets.ListeningSockets.Listening;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** The sockets that programs listened on at any time, and what is answered there. */
public final class SocketWatch {
  private static final List<String> SUBMISSIONS =
      List.of("/jars/upload", "/v1/jars/upload", "/jobs", "/v1/jobs");

  /** A page that answers here shows that there is a REST server of Flink. */
  private static final String OVERVIEW = "/overview";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Path folder;
  private final Set<Listening> seen = new HashSet<>();

  /**
   * Watches programs in processes of their own.
   *
   * @param folder every one of them is started with it
   */
  public SocketWatch(Path folder) {
    this.folder = folder;
  }

  /** Adds what the processes listen on now. */
  public void observe() throws IOException {
    seen.addAll(ListeningSockets.ofProcessesNaming(folder.toString()));
  }

  /**
   * Adds what this JVM listens on now.
   *
   * @param program that it runs
   * @param others its sockets before the program began
   */
  public void observeThisProcess(String program, Set<Listening> others) throws IOException {
    Set<Listening> now = ListeningSockets.ofThisProcess(program);
    now.removeAll(others);
    seen.addAll(now);
  }

  public Set<Listening> seen() {
    return Set.copyOf(seen);
  }

  /** The sockets and paths that took a job or a jar. */
  public List<String> takingSubmissions() throws InterruptedException {
    List<String> taking = new ArrayList<>();
    for (Listening socket : seen) {
      for (String path : SUBMISSIONS) {
        OptionalInt status = status(socket, "POST", path);
        if (status.isPresent() && status.getAsInt() / 100 == 2) {
          taking.add(socket + " " + path + " " + status.getAsInt());
        }
      }
    }
    return taking;
  }

  /** The programs that serve Flink's page. */
  public Set<String> withFlinkPage() throws InterruptedException {
    Set<String> pages = new TreeSet<>();
    for (Listening socket : seen) {
      if (status(socket, "GET", OVERVIEW).orElse(0) == 200) {
        pages.add(socket.program());
      }
    }
    return pages;
  }

  /** Empty where no HTTP is spoken, or no process listens any more. */
  private OptionalInt status(Listening socket, String method, String path)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + socket.at().getPort() + path))
            .timeout(Duration.ofSeconds(5))
            .method(method, HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    try {
      return OptionalInt.of(
          http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
    } catch (IOException noHttp) {
      return OptionalInt.empty();
    }
  }
}
