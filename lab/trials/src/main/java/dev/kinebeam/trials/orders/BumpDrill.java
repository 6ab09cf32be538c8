package dev.kinebeam.trials.orders;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Two new asset versions of a published exercise, while its preview and two of its renders are
 * played; worker, job, Core API and host are killed between the steps.
 */
public final class BumpDrill implements AutoCloseable {
  private static final int PLAYED = 2;
  private static final int UNPLAYED = 6;
  private static final Duration OUTAGE = Duration.ofSeconds(5);

  /** The host's outage and its start. */
  private static final Duration HELD = OUTAGE.plusSeconds(35);

  private static final Duration ALMOST = Duration.ofSeconds(5);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Duration READY_WITHIN = Duration.ofMinutes(4);
  private static final Duration REMOVED_WITHIN = Duration.ofMinutes(3);
  private static final Duration REPEATED_AFTER = Duration.ofMillis(250);

  private final OrderEnvironment environment;
  private final Consumer<String> progress;
  private final String exercise;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> surprises = new ArrayList<>();
  private final List<Recorded> previews = new ArrayList<>();
  private final AtomicBoolean paused = new AtomicBoolean();
  private long bumpMillis;
  private int repeated;

  private BumpDrill(OrderEnvironment environment, Consumer<String> progress) {
    this.environment = environment;
    this.progress = progress;
    this.exercise = environment.played();
  }

  /**
   * Starts everything in a folder, which is emptied first.
   *
   * @param grace how long superseded videos that nothing uses stay
   */
  public static BumpDrill open(Path folder, Duration grace, Consumer<String> progress)
      throws IOException, SQLException {
    return new BumpDrill(
        OrderEnvironment.open(folder, List.of("--superseded-after=" + grace.toSeconds()), progress),
        progress);
  }

  /** Runs it. */
  public BumpOutcome run() throws Exception {
    long begun = System.nanoTime();
    List<UUID> renders = ordered();
    publish();
    try (PlayedSessions sessions = new PlayedSessions(environment.owner());
        PreviewWatch watch = new PreviewWatch(environment, exercise);
        Players players = new Players(environment.composer(), HELD)) {
      Await.until("the preview is seen", ANSWER_WITHIN, () -> watch.shown().isPresent());
      for (UUID render : renders.subList(0, PLAYED)) {
        players.follow(new Recorded(sessions, () -> Optional.of(render)));
        previews.add(new Recorded(sessions, () -> preview(watch)));
      }
      previews.forEach(players::follow);
      players.awaitHolding(HELD.minus(ALMOST));
      progress.accept("the preview and " + PLAYED + " renders are played");
      first(watch, renders);
      second(watch, players);
      expect(
          count("render_id = ANY(?) AND status = 'ready'", renders.subList(0, PLAYED)) == PLAYED,
          "a render that is played lost its video");
      sessions.requireAlive();
      players.stop();
      progress.accept("the players have stopped");
      boolean gone =
          Await.comes(
              REMOVED_WITHIN,
              () -> count("asset_version < 3 AND status = 'ready'", List.of()) == 0);
      expect(gone, "superseded videos are still there");
      boolean settled = Await.comes(REMOVED_WITHIN, () -> account(watch).isSettled());
      expect(settled, "claims, notes or videos are left over");
      watch.stop();
      return outcome(watch, players, (System.nanoTime() - begun) / 1e9);
    }
  }

  /** Version 2: worker and job die with its orders wherever they are then. */
  private void first(PreviewWatch watch, List<UUID> renders) throws Exception {
    String etag = etag();
    long asked = System.nanoTime();
    bump(etag);
    bumpMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
    environment.worker().kill();
    environment.job().kill();
    TimeUnit.NANOSECONDS.sleep(OUTAGE.toNanos());
    environment.job().start(environment.endpoints());
    environment.worker().start();
    progress.accept("version 2 is ordered; worker and job were killed");
    awaitShown(watch, 2);
    List<UUID> unplayed = renders.subList(PLAYED, renders.size());
    Await.until(
        "a superseded video is removed",
        REMOVED_WITHIN,
        () -> count("render_id = ANY(?) AND removed_at IS NOT NULL", unplayed) > 0);
    environment.worker().kill();
    environment.worker().start();
    progress.accept("the worker was killed while it removed what is superseded");
    Await.until(
        "what is not played is removed",
        REMOVED_WITHIN,
        () -> count("render_id = ANY(?) AND removed_at IS NOT NULL", unplayed) == unplayed.size());
    expect(
        count("render_id = ANY(?) AND status = 'ready'", renders.subList(0, PLAYED)) == PLAYED,
        "a render that is played lost its video behind the first bump");
  }

  /** Version 3: the Core API dies while it answers, and then the host. */
  private void second(PreviewWatch watch, Players players) throws Exception {
    pause(players);
    String etag = etag();
    Future<?> bumping =
        threads.submit(
            () -> {
              bump(etag);
              return null;
            });
    environment.coreApi().kill();
    environment.coreApi().start();
    try {
      bumping.get();
    } catch (ExecutionException e) {
      throw new IOException("the second bump failed: " + e.getCause(), e);
    }
    environment.host().kill();
    TimeUnit.NANOSECONDS.sleep(OUTAGE.toNanos());
    environment.host().start();
    paused.set(false);
    progress.accept(
        "version 3 is ordered after " + repeated + " repetitions; Core API and host were killed");
    awaitShown(watch, 3);
    expect(version() == 3, "two bumps led to version " + version());
  }

  private Optional<UUID> preview(PreviewWatch watch) {
    return paused.get() ? Optional.empty() : watch.shown().map(PreviewWatch.Shown::render);
  }

  /** A programme whose viewings are sessions. */
  private record Recorded(
      PlayedSessions sessions,
      Players.Programme inner,
      AtomicReference<UUID> open,
      AtomicBoolean busy)
      implements Players.Programme {
    Recorded(PlayedSessions sessions, Players.Programme inner) {
      this(sessions, inner, new AtomicReference<>(), new AtomicBoolean());
    }

    @Override
    public Optional<UUID> next() throws Exception {
      busy.set(true);
      Optional<UUID> render = inner.next();
      if (render.isPresent()) {
        open.set(sessions.begin(render.get()));
      } else {
        busy.set(false);
      }
      return render;
    }

    @Override
    public void over(UUID render) throws Exception {
      sessions.end(open.get());
      busy.set(false);
    }
  }

  /**
   * Whoever begins to play in the moment in which the host dies holds nothing: viewings of the
   * preview, which are short, are ended before, and the others hold enough.
   */
  private void pause(Players players) throws Exception {
    paused.set(true);
    Await.until(
        "viewings of the preview have ended",
        READY_WITHIN,
        () -> previews.stream().noneMatch(preview -> preview.busy().get()));
    players.awaitHolding(HELD.minus(ALMOST));
  }

  private List<UUID> ordered() throws Exception {
    try (Orders orders = new Orders(environment.composer())) {
      for (int i = 0; i < PLAYED; i++) {
        orders.give(Orders.longRecipe(exercise));
      }
      for (int i = 0; i < UNPLAYED; i++) {
        orders.give(Orders.shortRecipe(exercise));
      }
      List<UUID> renders = orders.taken();
      Await.until(
          "the renders of version 1 are ready",
          READY_WITHIN,
          () -> {
            environment.job().requireAlive();
            return count("render_id = ANY(?) AND status = 'ready'", renders) == renders.size();
          });
      return renders;
    }
  }

  private void publish() throws Exception {
    HttpResponse<String> answer =
        environment.operator().post(path() + "/publish", Map.of(), Map.of(), ANSWER_WITHIN);
    if (answer.statusCode() >= 300) {
      throw new IOException("publishing answered " + answer.statusCode() + " " + answer.body());
    }
    Await.until(
        "the exercise is published",
        READY_WITHIN,
        () -> text("SELECT status FROM exercises WHERE slug = ?").equals("published"));
    progress.accept("the exercise is published");
  }

  private String path() throws SQLException {
    return "/v1/admin/exercises/" + text("SELECT exercise_id::text FROM exercises WHERE slug = ?");
  }

  private String etag() throws Exception {
    return environment
        .operator()
        .get(path(), ANSWER_WITHIN)
        .headers()
        .firstValue("ETag")
        .orElseThrow(() -> new IOException("the exercise has no ETag"));
  }

  /**
   * Raises the version of this revision, once however often it is asked for: the answer may be
   * lost.
   */
  private void bump(String etag) throws IOException, InterruptedException {
    ApiCaller operator = environment.operator();
    String path = "/v1/admin/exercises/" + exercise + "/asset-version/bump";
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        HttpResponse<String> answer =
            operator.post(path, Map.of(), Map.of("If-Match", etag), ANSWER_WITHIN);
        int status = answer.statusCode();
        if (status < 300 || status == 412) {
          return;
        }
        if (status < 500) {
          throw new IllegalStateException("a bump answered " + status + " " + answer.body());
        }
      } catch (IOException killed) {
        repeated++; // the Core API is unavailable: it is asked again below
      }
      TimeUnit.NANOSECONDS.sleep(REPEATED_AFTER.toNanos());
    }
    throw new IOException("no bump was answered");
  }

  private void awaitShown(PreviewWatch watch, int version) throws Exception {
    Await.until(
        "the preview of version " + version + " is shown",
        READY_WITHIN,
        () -> {
          environment.job().requireAlive();
          return watch.shown().orElseThrow().assetVersion() == version;
        });
    progress.accept("the preview of version " + version + " is shown");
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      surprises.add(otherwise);
    }
  }

  private long count(String condition) throws SQLException {
    return count(condition, List.of());
  }

  /** Renders of the exercise for which this holds. */
  private long count(String condition, List<UUID> renders) throws SQLException {
    try (Connection database = environment.owner().getConnection();
        PreparedStatement count =
            database.prepareStatement(
                "SELECT count(*) FROM exercise_renders WHERE exercise_id ="
                    + " (SELECT exercise_id FROM exercises WHERE slug = ?) AND "
                    + condition)) {
      count.setString(1, exercise);
      if (condition.contains("?")) {
        count.setArray(2, database.createArrayOf("uuid", renders.toArray()));
      }
      try (ResultSet rows = count.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private String text(String query) throws SQLException {
    try (Connection database = environment.owner().getConnection();
        PreparedStatement one = database.prepareStatement(query)) {
      one.setString(1, exercise);
      try (ResultSet rows = one.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  private int version() throws SQLException {
    return Integer.parseInt(text("SELECT asset_version::text FROM exercises WHERE slug = ?"));
  }

  private OrderAccount account(PreviewWatch watch) throws IOException, SQLException {
    try (ObjectStore host = environment.mezzanines()) {
      return OrderAccount.of(
          environment.owner(), host, List.of(watch.shown().orElseThrow().render()));
    }
  }

  private BumpOutcome outcome(PreviewWatch watch, Players players, double seconds)
      throws IOException, SQLException {
    OrderAccount account = account(watch);
    surprises.forEach(text -> progress.accept("UNEXPECTED: " + text));
    account.strays().forEach(text -> progress.accept("STRAY: " + text));
    watch.missing().stream().limit(10).forEach(text -> progress.accept("MISSING: " + text));
    players.interruptions().stream()
        .limit(10)
        .forEach(text -> progress.accept("INTERRUPTED: " + text));
    return new BumpOutcome(
        bumpMillis,
        watch.looks(),
        watch.portalAnswers(),
        watch.missing().size(),
        players.started(),
        players.interrupted(),
        count("removed_at IS NOT NULL"),
        count("asset_version < 3 AND status = 'ready'"),
        account,
        seconds,
        List.copyOf(surprises));
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    environment.close();
  }
}
