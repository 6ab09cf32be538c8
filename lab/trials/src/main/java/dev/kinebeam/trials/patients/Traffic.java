package dev.kinebeam.trials.patients;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.UuidV5;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Plays scripted sessions through the gateway, over real HTTP and in compressed time, as players do
 * that were offline for a while: their events are older than the moment they are sent. Some
 * requests are sent twice, some in the wrong order, and some events are broken, all by a seed.
 */
public final class Traffic implements AutoCloseable {
  private static final int LONGEST_ANSWER = 8 << 20;

  public static final String APP_VERSION = "2.4.1";

  /** How long the players of {@link #play(List, int, Function, Duration, int)} were offline. */
  public static final Duration OFFLINE = Duration.ofMinutes(5);

  /** The body came too slowly, too many are on their way, something is unavailable. */
  private static final Set<Integer> TRY_AGAIN = Set.of(408, 429, 503);

  private static final int MAX_TRIES = 120;
  private static final long TRY_AGAIN_MS = 500;

  private final URI events;
  private final String secret;
  private final long seed;
  private final UUID runId;
  private final Clock clock;
  private final TrafficCounts counts = new TrafficCounts();
  private final Map<UUID, Set<String>> accepted = new ConcurrentHashMap<>();
  private final Map<ByteBuffer, Integer> rejected = new ConcurrentHashMap<>();
  private final Queue<SentSession> sent = new ConcurrentLinkedQueue<>();
  private final Queue<SentSession> refused = new ConcurrentLinkedQueue<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(8);

  public Traffic(URI gateway, String secret, long seed, UUID runId, Clock clock) {
    this.events = gateway.resolve("/v1/media/events");
    this.secret = secret;
    this.seed = seed;
    this.runId = runId;
    this.clock = clock;
  }

  public TrafficCounts counts() {
    return counts;
  }

  /** Every session whose patient consents and whose events were all taken. */
  public List<SentSession> sessions() {
    return List.copyOf(sent);
  }

  /** Every session that was refused for want of consent: nothing of it may be stored. */
  public List<SentSession> refused() {
    return List.copyOf(refused);
  }

  /** How many different events of each session the gateway has promised to keep, by its 202s. */
  public Map<UUID, Long> acceptedEvents() {
    Map<UUID, Long> counts = new HashMap<>();
    accepted.forEach((session, ids) -> counts.put(session, (long) ids.size()));
    return counts;
  }

  /** The bytes of every event that was answered as rejected, and how often it was. */
  public Map<ByteBuffer, Integer> rejectedEvents() {
    return Map.copyOf(rejected);
  }

  /**
   * What the patients watch.
   *
   * @param renderId null of a personal video
   */
  public record Video(String mediaId, @Nullable UUID renderId, double durationSeconds) {}

  /**
   * Plays {@code sessionsEach} sessions of every patient within {@code time}; returns when the last
   * request is answered.
   *
   * @param videos what each patient watches
   * @param round makes the sessions of one call differ from those of another
   */
  public void play(
      List<Clinics.Patient> patients,
      int sessionsEach,
      Function<Clinics.Patient, Video> videos,
      Duration time,
      int round)
      throws InterruptedException {
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 31 + round);
    Patients writer = Patients.seeded(seed + round);
    CountDownLatch running = new CountDownLatch(patients.size() * sessionsEach);
    int number = 0;
    for (Clinics.Patient patient : patients) {
      Video video = videos.apply(patient);
      for (int i = 0; i < sessionsEach; i++) {
        UUID id = UuidV5.of(runId, "round " + round + " session " + number++);
        ScriptedSession script =
            writer.session(id, video.mediaId(), video.renderId(), video.durationSeconds());
        long slot = time.toMillis() / sessionsEach;
        double speed = Math.max(1, script.lengthMs() / (slot * 0.5));
        Duration delay = Duration.ofMillis(slot * i + random.nextLong(Math.max(1, slot / 2)));
        play(script, patient, new Pace(delay, speed, OFFLINE), random.nextLong(), running);
      }
    }
    running.await();
  }

  /**
   * When and how fast a session is played.
   *
   * @param delay from now until its first request
   * @param speed how many seconds of the session pass in one
   * @param ago how long before that the patient's clock had it: a player that was offline since
   */
  public record Pace(Duration delay, double speed, Duration ago) {}

  /** Plays one session; returns at once, and counts {@code running} down when it is over. */
  public void play(
      ScriptedSession script,
      Clinics.Patient patient,
      Pace pace,
      long disorder,
      CountDownLatch running) {
    Play play = new Play(script, patient, pace, disorder, running);
    ScheduledFuture<?> unused =
        threads.schedule(play::begin, pace.delay().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One session under way. */
  private final class Play {
    private final ScriptedSession script;
    private final Clinics.Patient patient;
    private final double speed;
    private final long agoMs;
    private final RandomGenerator random;
    private final CountDownLatch running;
    private final String token;
    private long baseMs;
    private List<Batch> batches = List.of();

    Play(
        ScriptedSession script,
        Clinics.Patient patient,
        Pace pace,
        long seed,
        CountDownLatch running) {
      this.script = script;
      this.patient = patient;
      this.speed = pace.speed();
      this.agoMs = pace.ago().toMillis();
      this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      this.running = running;
      this.token =
          Clinics.token(secret, patient.clinic().orgId(), patient.patientId(), "patient", clock);
    }

    void begin() {
      try {
        baseMs = clock.millis() - agoMs - Math.round(script.lengthMs() * (1 - 1 / speed));
        batches = Batch.of(script, baseMs, random);
        next(0, clock.millis());
      } catch (RuntimeException e) {
        failed(e);
      }
    }

    private void failed(Exception failure) {
      counts.surprises.add("session " + script.sessionId() + ": " + failure);
      running.countDown();
    }

    private void next(int index, long startedMs) {
      if (index == batches.size()) {
        (patient.consents() ? sent : refused).add(new SentSession(script, patient, baseMs));
        running.countDown();
        return;
      }
      Batch batch = batches.get(index);
      long due = startedMs + Math.round(batch.atMs() / speed);
      ScheduledFuture<?> unused =
          threads.schedule(
              () -> {
                try {
                  for (int i = 0; i < (batch.twice() ? 2 : 1); i++) {
                    send(batch, i > 0);
                  }
                  next(index + 1, startedMs);
                } catch (IOException | RuntimeException e) {
                  failed(e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  running.countDown();
                }
              },
              Math.max(0, due - clock.millis()),
              TimeUnit.MILLISECONDS);
    }

    private void send(Batch batch, boolean again) throws IOException, InterruptedException {
      for (int attempt = 1; ; attempt++) {
        HttpResponse<String> answer;
        try {
          answer = http.send(request(body(batch)), BoundedBody.text(LONGEST_ANSWER));
        } catch (IOException lost) {
          // No server there, or an answer that was lost: it may have been taken, and is sent again.
          if (attempt == MAX_TRIES) {
            throw lost;
          }
          counts.retries.increment();
          TimeUnit.MILLISECONDS.sleep(TRY_AGAIN_MS);
          continue;
        }
        if (TRY_AGAIN.contains(answer.statusCode()) && attempt < MAX_TRIES) {
          counts.retries.increment();
          TimeUnit.SECONDS.sleep(
              Math.max(1, answer.headers().firstValueAsLong("Retry-After").orElse(1)));
          continue;
        }
        count(batch, again, answer);
        return;
      }
    }

    /** Which events the gateway has taken, and which it has refused; returns how many refused. */
    private int remember(Batch batch, JsonNode refusals) {
      Set<Integer> refused = new HashSet<>();
      refusals.forEach(refusal -> refused.add(refusal.path("index").asInt(-1)));
      Set<String> taken =
          accepted.computeIfAbsent(script.sessionId(), id -> ConcurrentHashMap.newKeySet());
      for (int i = 0; i < batch.events().size(); i++) {
        if (refused.contains(i)) {
          rejected.merge(bytes(batch.events().get(i)), 1, Integer::sum);
        } else if (taken.add(batch.ids().get(i))) {
          counts.distinct.increment();
        }
      }
      return refusals.size();
    }

    /** A player says when it sends, each time anew: the gateway corrects its clock by that. */
    private String body(Batch batch) {
      return "{\"sent_at\":\""
          + clock.instant()
          + "\",\"app_version\":\""
          + APP_VERSION
          + "\",\"events\":["
          + String.join(",", batch.events())
          + "]}";
    }

    private HttpRequest request(String body) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      HttpRequest.Builder request =
          HttpRequest.newBuilder(events)
              .timeout(Duration.ofSeconds(30))
              .header("Authorization", "Bearer " + token)
              .header("User-Agent", patient.device().userAgent())
              .header("Content-Type", random.nextInt(5) == 0 ? "text/plain" : "application/json");
      if (random.nextBoolean()) {
        request.header("Content-Encoding", "gzip");
        bytes = gzip(bytes);
      }
      return request.POST(HttpRequest.BodyPublishers.ofByteArray(bytes)).build();
    }

    private void count(Batch batch, boolean again, HttpResponse<String> answer) throws IOException {
      int size = batch.events().size();
      if (!patient.consents()) {
        if (answer.statusCode() == 403) {
          counts.withoutConsent.add(size);
        } else {
          counts.surprises.add("no consent, yet " + answer.statusCode() + " " + answer.body());
        }
        return;
      }
      counts.sent.add(size);
      counts.broken.add(batch.broken());
      counts.duplicatesSent.add(
          batch.repeated() + (again ? size - batch.broken() - batch.repeated() : 0));
      if (answer.statusCode() != 202 && answer.statusCode() != 400) {
        counts.surprises.add(answer.statusCode() + " " + answer.body());
        return;
      }
      JsonNode verdict = Json.MAPPER.readTree(answer.body());
      int accepted = verdict.path("accepted").asInt();
      int refusals = remember(batch, verdict.path("rejected"));
      int duplicates = verdict.path("duplicates").asInt();
      counts.accepted.add(accepted);
      counts.rejected.add(refusals);
      counts.duplicatesAnswered.add(duplicates);
      if (accepted + refusals + duplicates != size || refusals != batch.broken()) {
        counts.surprises.add(
            size + " events, " + batch.broken() + " of them broken, got " + answer.body());
      }
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
