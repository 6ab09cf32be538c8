package dev.kinebeam.trials.sockets;

import dev.kinebeam.trials.sockets.ListeningSockets.Listening;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The sockets that programs listened on at any time, and what is answered there. */
public final class SocketWatch {
  private static final List<String> SUBMISSIONS =
      List.of("/jars/upload", "/v1/jars/upload", "/jobs", "/v1/jobs");

  /** A page that answers here shows that there is a REST server of Flink. */
  private static final String OVERVIEW = "/overview";

  private static final Duration SILENCE = Duration.ofSeconds(5);

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
  public List<String> takingSubmissions() {
    return SUBMISSIONS.stream()
        .flatMap(path -> asked("POST", path))
        .filter(answer -> answer.status() / 100 == 2)
        .map(Object::toString)
        .toList();
  }

  /** The programs that serve Flink's page. */
  public Set<String> withFlinkPage() {
    return asked("GET", OVERVIEW)
        .filter(answer -> answer.status() == 200)
        .map(answer -> answer.from().program())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private record Answer(Listening from, String path, int status) {}

  /**
   * The answers of all sockets, asked at once: those that speak no HTTP say nothing for seconds.
   */
  private Stream<Answer> asked(String method, String path) {
    List<CompletableFuture<Optional<Answer>>> all =
        seen.stream().map(socket -> answer(socket, method, path)).toList();
    return all.stream().map(CompletableFuture::join).flatMap(Optional::stream);
  }

  /** Empty where no HTTP is spoken, or no process listens any more. */
  private CompletableFuture<Optional<Answer>> answer(Listening socket, String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + socket.at().getPort() + path))
            .timeout(SILENCE)
            .method(method, HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .handle(
            (answer, noHttp) ->
                Optional.ofNullable(answer)
                    .map(found -> new Answer(socket, path, found.statusCode())));
  }
}
