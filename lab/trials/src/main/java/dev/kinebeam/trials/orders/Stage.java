package dev.kinebeam.trials.orders;

import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.trials.orders.MediaPlaylist.Segment;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What a fault meets.
 *
 * @param size the outage's length and how large the bulk of the lanes is
 * @param players who play while it happens
 * @param videos what they play: renders of two exercises
 * @param renders that are to be accounted for beside those of the drill's own orders
 * @param surprises what should not be, in words
 */
record Stage(
    OrderEnvironment environment,
    Size size,
    Players players,
    Videos videos,
    List<UUID> renders,
    List<String> surprises,
    Consumer<String> progress) {
  private static final int LARGEST_FILE = 64 << 20;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * How large the drill is.
   *
   * @param outage how long a service is unavailable
   * @param bulk how many orders the bulk of the lanes has
   */
  record Size(Duration outage, int bulk) {}

  /**
   * Long renders that are ready: of the exercise that is ordered, and of the one that is played.
   */
  record Videos(List<UUID> ordered, List<UUID> played) {
    List<UUID> all() {
      List<UUID> all = new ArrayList<>(played);
      all.addAll(ordered);
      return all;
    }
  }

  static Stage of(
      OrderEnvironment environment,
      Size size,
      Players players,
      Videos videos,
      Consumer<String> progress) {
    return new Stage(
        environment,
        size,
        players,
        videos,
        new CopyOnWriteArrayList<>(),
        new CopyOnWriteArrayList<>(),
        progress);
  }

  /** Notes {@code otherwise} unless the condition holds. */
  void expect(boolean holds, String otherwise) {
    if (!holds) {
      surprises.add(otherwise);
    }
  }

  /** The account of these renders at this moment. */
  OrderAccount account(List<UUID> renders) throws IOException, SQLException {
    try (ObjectStore host = environment.mezzanines()) {
      return OrderAccount.of(environment.owner(), host, renders);
    }
  }

  /** Orders a render and waits until it is ready. */
  UUID ready(Recipe recipe) throws Exception {
    try (Orders orders = new Orders(environment.composer())) {
      orders.give(recipe);
      UUID render = orders.taken().get(0);
      renders.add(render);
      Await.until(
          "render " + render + " is ready",
          READY_WITHIN,
          () -> players.address(render).isPresent());
      return render;
    }
  }

  /** Where a render plays now. */
  URI address(UUID render) throws IOException, InterruptedException {
    return players
        .address(render)
        .orElseThrow(() -> new IOException("the gateway has no address of render " + render));
  }

  /** Every file of a video but its playlists. */
  List<URI> segments(URI master) throws IOException, InterruptedException {
    List<URI> segments = new ArrayList<>();
    for (URI track : MediaPlaylist.tracks(master, text(get(master)))) {
      MediaPlaylist.parse(track, text(get(track))).segments().stream()
          .map(Segment::address)
          .forEach(segments::add);
    }
    return segments;
  }

  /** Every file of a video by its name, each asked for until it is served. */
  Map<String, ByteBuffer> content(UUID render) throws Exception {
    Map<String, ByteBuffer> content = new TreeMap<>();
    for (URI segment : segments(address(render))) {
      List<byte[]> served = new ArrayList<>();
      Await.until(
          segment.getPath() + " is served",
          READY_WITHIN,
          () -> {
            HttpResponse<byte[]> answer = answer(segment);
            if (answer.statusCode() == 200) {
              served.add(answer.body());
            } else if (answer.statusCode() != 503) {
              throw new IOException(segment.getPath() + ": " + text(answer));
            }
            return !served.isEmpty();
          });
      content.put(name(segment), ByteBuffer.wrap(served.get(0)));
    }
    return content;
  }

  /** A segment's name, without the token. */
  static String name(URI segment) {
    return segment.getPath().replaceAll(".*/", "");
  }

  private HttpResponse<byte[]> get(URI address) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = answer(address);
    if (answer.statusCode() != 200) {
      throw new IOException(address.getPath() + ": " + text(answer));
    }
    return answer;
  }

  /** The host's answer, whatever its status. */
  HttpResponse<byte[]> answer(URI address) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(address).timeout(ANSWER_WITHIN).build(),
        BoundedBody.bytes(LARGEST_FILE));
  }

  static String text(HttpResponse<byte[]> answer) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    return answer.statusCode() == 200 ? text : answer.statusCode() + " " + text;
  }
}
