package dev.kinebeam.trials.bench.personal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.personal.PersonalStage;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Has a worker wait for many personal videos, activate some, and a patient ask for workouts. */
final class PersonalBench {
  /** Enough that every thread which is made when it is needed has been made. */
  private static final int FEW = 20;

  private static final Duration COPIED_WITHIN = Duration.ofMinutes(10);
  private static final Duration ACTIVE_WITHIN = Duration.ofSeconds(30);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Duration ROUND = Duration.ofSeconds(15);

  /** In each of them every video is asked for once more than it is polled: minutes of polls. */
  private static final int WOKEN_ROUNDS = 12;

  private static final int MOST_ROUNDS = 24;

  /** After so many rounds without one that used clearly less, nothing more is expected. */
  private static final int STEADY_ROUNDS = 3;

  private static final double CLEARLY_LESS = 0.95;

  private static final Duration POLL_EVERY = Duration.ofMillis(10);

  /** The scheduler's, over which the moments are spread at which videos become ready. */
  private static final int POLL_MS = 1_000;

  /** As webhooks that come too early. */
  private static final String WAKE_ALL =
      """
      SELECT w.id FROM personalized_exercise_videos AS v,
             LATERAL wake_personal_video(v.host, v.hosted_id) AS w
       WHERE v.status = 'PROCESSING_QUEUED'
      """;

  private static final int WARM_UP = 1_000;
  private static final String UPCOMING = "/v2/workouts/patient-upcoming";

  /** Who ask once each: no address of theirs was signed before. */
  private static final int OTHER_PATIENTS = 50;

  private final PersonalStage stage;
  private final Sizes sizes;
  private final Console console;
  private final WorkerMeter worker;
  private final Random random = new Random(1);

  /**
   * How much is measured.
   *
   * @param videos that wait
   * @param window for which the worker is measured
   * @param activations one after the other
   * @param requests of a patient
   */
  record Sizes(int videos, Duration window, int activations, int requests) {}

  /** A video that waits at the host. */
  private record Waiting(long id, String hostedId) {}

  PersonalBench(PersonalStage stage, Sizes sizes, Console console) {
    this.stage = stage;
    this.sizes = sizes;
    this.console = console;
    this.worker = new WorkerMeter(stage.worker());
  }

  /** Measures everything, and prints it. */
  PersonalLimits run(Path folder) throws Exception {
    ApiCaller operator = stage.startCoreApi();
    byte[] recording = recording(folder.resolve("recording.mp4"));
    stage.host().order(Map.of("neverFinish", Integer.MAX_VALUE));
    copied(0, FEW, recording);
    int fewThreads = worker.threads();
    copied(FEW, sizes.videos(), recording);
    warmUp();
    WorkerMeter.Use use = worker.during(sizes.window());
    int threads = worker.threads();
    double heapMb = worker.heapMb();
    Samples activations = activations();
    PersonalLimits limits = new PersonalLimits(console);
    limits.waiting(use, fewThreads, threads, heapMb);
    limits.activations(activations);
    ask(operator, limits);
    return limits;
  }

  private static byte[] recording(Path file) throws IOException {
    new Footage().size(320, 180).frames(30, 15, 1).writeTo(file);
    return Files.readAllBytes(file);
  }

  /** Uploads those of these numbers, and waits until the host has all of them. */
  private void copied(int from, int to, byte[] recording) throws Exception {
    for (int number = from; number < to; number++) {
      stage.upload(number, recording);
    }
    Await.until("the host has " + to + " videos", COPIED_WITHIN, () -> areQueued(to));
    console.step("%,d videos are copied and wait at the host", to);
  }

  private boolean areQueued(int videos) throws IOException, SQLException {
    return waiting().size() == videos
        && stage.host().videos().stream()
                .filter(video -> video.at("/status/state").asText().equals("queued"))
                .count()
            == videos;
  }

  private List<Waiting> waiting() throws SQLException {
    List<Waiting> waiting = new ArrayList<>();
    for (String row :
        stage
            .sql()
            .texts(
                """
                SELECT id || ' ' || hosted_id FROM personalized_exercise_videos
                 WHERE status = 'PROCESSING_QUEUED' AND hosted_id IS NOT NULL ORDER BY id
                """)) {
      int space = row.indexOf(' ');
      waiting.add(new Waiting(Long.parseLong(row.substring(0, space)), row.substring(space + 1)));
    }
    return waiting;
  }

  /** Until the worker's share of a core falls no more: its code is compiled while it runs. */
  private void warmUp() throws Exception {
    for (int round = 0; round < WOKEN_ROUNDS; round++) {
      stage.sql().texts(WAKE_ALL);
      WorkerMeter.Use use = worker.during(ROUND);
      console.step(
          "all woken: %.1f %% of a core, %.1f steps/s", use.cpuPercent(), use.stepsPerSecond());
    }
    double least = Double.MAX_VALUE;
    int steady = 0;
    for (int round = 0; round < MOST_ROUNDS && steady < STEADY_ROUNDS; round++) {
      WorkerMeter.Use use = worker.during(ROUND);
      console.step(
          "warming up: %.1f %% of a core, %.1f polls/s", use.cpuPercent(), use.stepsPerSecond());
      steady = use.cpuPercent() < CLEARLY_LESS * least ? 0 : steady + 1;
      least = Math.min(least, use.cpuPercent());
    }
  }

  private Samples activations() throws Exception {
    List<Waiting> waiting = waiting();
    List<Double> milliseconds = new ArrayList<>();
    try (Connection connection = stage.sql().owner().getConnection();
        PreparedStatement status =
            connection.prepareStatement(
                "SELECT status = 'COMPLETED' FROM personalized_exercise_videos WHERE id = ?")) {
      for (int i = 0; i < sizes.activations(); i++) {
        // Otherwise each would begin right after a poll, at which the one before was activated.
        TimeUnit.MILLISECONDS.sleep(random.nextInt(POLL_MS));
        milliseconds.add(activated(waiting.get(i * waiting.size() / sizes.activations()), status));
      }
    }
    console.step("%,d were made ready, one after the other", sizes.activations());
    return Samples.of(milliseconds);
  }

  private double activated(Waiting video, PreparedStatement status) throws Exception {
    status.setLong(1, video.id());
    stage.host().order(Map.of("finish", video.hostedId()));
    long deadline = System.nanoTime() + ACTIVE_WITHIN.toNanos();
    while (!isTrue(status)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the video " + video.id() + " was not activated");
      }
      TimeUnit.NANOSECONDS.sleep(POLL_EVERY.toNanos());
    }
    Instant active = Instant.now();
    Instant ready =
        Instant.parse(stage.host().video(video.hostedId()).path("readyToStreamAt").asText());
    return Duration.between(ready, active).toNanos() / 1e6;
  }

  private static boolean isTrue(PreparedStatement question) throws SQLException {
    try (ResultSet row = question.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  private void ask(ApiCaller operator, PersonalLimits limits) throws Exception {
    UpcomingFill fill = UpcomingFill.into(stage);
    ApiCaller patient = operator.as(stage.patientToken(fill.patient()));
    List<Double> workouts = new ArrayList<>();
    List<Double> me = new ArrayList<>();
    List<Double> select = new ArrayList<>();
    try (Connection connection = stage.sql().owner().getConnection();
        PreparedStatement one = connection.prepareStatement("SELECT true")) {
      for (int run = -WARM_UP; run < sizes.requests(); run++) {
        double ofWorkouts = timed(() -> get(patient, UPCOMING));
        double ofMe = timed(() -> get(patient, "/v1/me"));
        double ofSelect = timed(() -> isTrue(one));
        if (run >= 0) {
          workouts.add(ofWorkouts);
          me.add(ofMe);
          select.add(ofSelect);
        }
      }
    }
    requireAll(get(patient, UPCOMING));
    List<Double> first = new ArrayList<>();
    for (int i = 0; i < OTHER_PATIENTS; i++) {
      ApiCaller other = operator.as(stage.patientToken(fill.patient()));
      first.add(timed(() -> get(other, UPCOMING)));
    }
    limits.upcoming(Samples.of(workouts), Samples.of(me), Samples.of(select), Samples.of(first));
  }

  /** Something that is timed. */
  private interface Work {
    void run() throws Exception;
  }

  private static double timed(Work work) throws Exception {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e6;
  }

  private static String get(ApiCaller patient, String path) throws Exception {
    HttpResponse<String> answer = patient.get(path, ANSWER_WITHIN);
    if (answer.statusCode() != 200) {
      throw new IOException(path + " answered " + answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }

  private static void requireAll(String upcoming) throws IOException {
    int recorded = 0;
    for (JsonNode exercise : Json.MAPPER.readTree(upcoming).at("/workouts/0/exercises")) {
      boolean plays = exercise.at("/sources/0/kind").asText().equals("personal");
      recorded += plays && exercise.hasNonNull("personalizedVideo") ? 1 : 0;
    }
    if (recorded != UpcomingFill.EXERCISES) {
      throw new IOException(recorded + " exercises have a personal video: " + upcoming);
    }
  }
}
