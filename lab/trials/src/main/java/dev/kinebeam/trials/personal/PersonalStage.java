package dev.kinebeam.trials.personal;

import dev.kinebeam.catalog.db.AuditActor;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.personal.PersonalVideo;
import dev.kinebeam.catalog.personal.PersonalVideoStatus;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.localstack.services.CloudflareService;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.RunningParts;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A stack, emptied first, with a stand-in for Cloudflare Stream and a worker, each a process of its
 * own on free ports, and a clinic of forty patients, whom four therapists treat. What the Core API
 * does for uploads is done here with its rights, and for webhooks, too, unless one is started.
 */
public final class PersonalStage implements AutoCloseable {
  private static final int PATIENTS = 40;
  private static final int THERAPISTS = 4;
  private static final Duration DATABASE_WITHIN = Duration.ofSeconds(20);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

  private final RunningParts parts = new RunningParts();
  private final Path folder;
  private final UUID org = UUID.randomUUID();
  private final UUID leaver = UUID.randomUUID();
  private final List<UUID> patients = uuids(PATIENTS);
  private final List<UUID> therapists = uuids(THERAPISTS);
  private final List<UUID> exercises = uuids(2);
  private CloudflareService host;
  private ServerProcess worker;
  private ObjectStore originals;
  private Database api;
  private Endpoints endpoints;
  private OwnerStatements sql;

  private PersonalStage(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  private static List<UUID> uuids(int many) {
    List<UUID> uuids = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      uuids.add(UUID.randomUUID());
    }
    return uuids;
  }

  /** A row as the account needs it. */
  record Row(
      long id,
      PersonalVideoStatus status,
      Optional<String> failure,
      Optional<String> storageKey,
      Optional<String> hostedId) {}

  /** Files that should not be there, and that should. */
  record Files(Set<String> orphanAssets, Set<String> orphanOriginals, Set<String> lostOriginals) {}

  /**
   * Starts all of it.
   *
   * @param folder is emptied first
   */
  public static PersonalStage open(Path folder, Consumer<String> progress)
      throws IOException, SQLException {
    PersonalStage stage = new PersonalStage(folder);
    stage.parts.startOrClose(() -> stage.start(progress));
    return stage;
  }

  private void start(Consumer<String> progress) throws IOException, SQLException {
    StackSettings settings =
        StackSettings.keeping(folder).withPorts(PortChoice.FREE).withProgress(progress);
    LocalStack.clear(settings);
    LocalStack stack = LocalStack.start(settings);
    parts.keep(stack::close);
    endpoints = stack.endpoints();
    host = CloudflareService.start(settings);
    parts.keep(host::close);
    Map<String, String> env = endpoints.toEnvironment(ProgramRole.CORE_API);
    originals =
        ObjectStore.open(ObjectStoreSettings.fromEnvironment(env, "PERSONAL_VIDEOS_BUCKET"));
    parts.keep(originals::close);
    originals.createBucket();
    api =
        Database.open(
            DatabaseSettings.fromEnvironment(env, "kinebeam_core_api"), 4, DATABASE_WITHIN);
    parts.keep(api::close);
    sql = new OwnerStatements(new DemoDatabase(endpoints.database()).owner());
    fill();
    Map<String, String> more = new HashMap<>(host.environment());
    more.put("PERSONAL_VIDEO_HOST", "cloudflare");
    worker = ServerProcess.worker(endpoints, more, folder, "--development");
    parts.keep(worker);
    progress.accept("stack, Cloudflare's stand-in and worker are started");
  }

  private void fill() throws SQLException {
    sql.execute("INSERT INTO organizations (org_id, name) VALUES ('" + org + "', 'Clinic')");
    sql.execute(
        "INSERT INTO organization_features (org_id, feature, enabled) VALUES ('"
            + org
            + "', 'therapistPersonalizedExerciseVideo', true)");
    for (UUID exercise : exercises) {
      sql.execute(
          """
          INSERT INTO exercises (exercise_id, slug, kind, display_name)
            VALUES ('%1$s', 'drill-%1$s', 'duration_based', 'Squat')
          """
              .formatted(exercise));
    }
    for (UUID patient : patients) {
      person(patient, "patient");
    }
    List<UUID> all = new ArrayList<>(therapists);
    all.add(leaver);
    for (UUID therapist : all) {
      person(therapist, "specialist");
      sql.execute(
          """
          INSERT INTO care_links (org_id, patient_id, specialist_id)
            SELECT org_id, person_id, '%s' FROM people WHERE org_id = '%s' AND role = 'patient'
          """
              .formatted(therapist, org));
    }
  }

  private void person(UUID person, String role) throws SQLException {
    sql.execute(
        """
        INSERT INTO people (org_id, person_id, role, display_name)
          VALUES ('%s', '%s', '%s', 'Person')
        """
            .formatted(org, person, role));
  }

  /**
   * Starts a Core API, to whose route the host reports by webhooks from now on.
   *
   * @return its operator, by whom other callers are made
   */
  public ApiCaller startCoreApi() throws IOException, InterruptedException {
    Map<String, String> settings = new HashMap<>(host.environment());
    settings.put("KINEBEAM_PROVIDERS_KEY", Base64.getEncoder().encodeToString(random()));
    ServerProcess coreApi = ServerProcess.coreApi(endpoints, settings, folder, 0);
    parts.keep(coreApi);
    host.announceTo(coreApi.address().resolve("/webhooks/video-ready/cloudflare_stream"));
    ApiCaller operator =
        new ApiCaller(
            coreApi.address(), Clinics.platformToken(endpoints.authSecret(), Clock.systemUTC()));
    Map<String, Object> credentials =
        Map.of(
            "provider",
            "cloudflare_stream",
            "secrets",
            Map.of("webhook_secret", host.environment().get("CLOUDFLARE_STREAM_WEBHOOK_SECRET")));
    HttpResponse<String> answer =
        operator.put("/v1/admin/providers", credentials, Map.of(), ANSWER_WITHIN);
    if (answer.statusCode() != 200) {
      throw new IOException(
          "the webhook's secret was answered " + answer.statusCode() + ": " + answer.body());
    }
    return operator;
  }

  private static byte[] random() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return key;
  }

  /** A token of a patient of the clinic. */
  public String patientToken(UUID patient) {
    return Clinics.token(endpoints.authSecret(), org, patient, "patient", Clock.systemUTC());
  }

  Path folder() {
    return folder;
  }

  /** The clinic. */
  public UUID org() {
    return org;
  }

  /** Who treats all of its patients. */
  public UUID therapist() {
    return therapists.get(0);
  }

  public CloudflareService host() {
    return host;
  }

  public ServerProcess worker() {
    return worker;
  }

  /** The database as its owner sees it. */
  public OwnerStatements sql() {
    return sql;
  }

  /** The host refuses so many of a hundred calls, and loses so many of the next answers. */
  void hostFails(int percent, int lostAnswers) throws IOException {
    host.order(
        Map.of(
            "failPercent",
            percent,
            "status",
            503,
            "loseAnswers",
            lostAnswers,
            "processingDelayMs",
            500));
  }

  /** Enters, uploads and completes a recording; returns its id. */
  public long upload(int number, byte[] content) throws Exception {
    return upload(number, Recording.GOOD, content);
  }

  /** As the other one, of a therapist who may lose the patient. */
  long upload(int number, Recording kind, byte[] content) throws Exception {
    UUID therapist =
        kind == Recording.CARE_ENDED ? leaver : therapists.get(number % therapists.size());
    PersonalVideo.Assignment assignment =
        new PersonalVideo.Assignment(
            org,
            patients.get(number % patients.size()),
            exercises.get(number % exercises.size()),
            therapist);
    long id =
        api.<Long, Exception>inOrg(
            org,
            handle -> {
              AuditActor.set(handle, therapist.toString());
              long created = PersonalVideos.create(handle, assignment, "video/mp4").id();
              PersonalVideos.urlCreated(handle, created, key(created));
              return created;
            });
    originals.put(key(id), content, "video/mp4");
    complete(id);
    return id;
  }

  private static String key(long id) {
    return "personal-video/" + id + "/1.mp4";
  }

  /** Pins what was uploaded and queues it. */
  void complete(long id) throws Exception {
    StoredObject there = originals.head(key(id)).orElseThrow();
    PersonalVideo.Pinned pinned = new PersonalVideo.Pinned(there.etag(), there.bytes());
    api.<PersonalVideo, Exception>inOrg(
        org,
        handle -> {
          AuditActor.set(handle, "drill");
          return PersonalVideos.queue(handle, id, pinned, Instant.now());
        });
  }

  void replaceOriginal(long id, byte[] content) throws IOException {
    originals.put(key(id), content, "video/mp4");
  }

  /** The therapist does not treat the patient of this video any more. */
  void endCare(long id) throws SQLException {
    sql.execute(
        """
        UPDATE care_links AS l SET ended_at = now() FROM personalized_exercise_videos AS v
         WHERE v.id = %d AND l.patient_id = v.patient_id AND l.specialist_id = v.doctor_id
        """
            .formatted(id));
  }

  /** What webhooks do: for some videos that are processed, twice each, and for an unknown one. */
  void wakeSome() throws SQLException {
    PersonalVideos videos = new PersonalVideos(api);
    for (String hosted :
        sql.texts(
            """
            SELECT hosted_id FROM personalized_exercise_videos
             WHERE status = 'PROCESSING_QUEUED' AND hosted_id IS NOT NULL
             ORDER BY random() LIMIT 2
            """)) {
      videos.wake("cloudflare", hosted);
      videos.wake("cloudflare", hosted);
    }
    if (videos.wake("cloudflare", "unknown")) {
      throw new IllegalStateException("a video that is not there was woken");
    }
  }

  /** Everything that is looked for once more later is looked for now. */
  void lookOnceMore() throws SQLException {
    sql.execute("UPDATE personal_video_leftovers SET settles_at = now(), due_at = now()");
  }

  int doublyActive() throws SQLException {
    return sql.count(
        "(SELECT FROM personalized_exercise_videos WHERE active"
            + " GROUP BY patient_id, exercise_id HAVING count(*) > 1) AS pairs");
  }

  List<Row> rows() throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Connection connection = sql.owner().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM personalized_exercise_videos")) {
      while (row.next()) {
        rows.add(
            new Row(
                row.getLong("id"),
                PersonalVideoStatus.valueOf(row.getString("status")),
                Optional.ofNullable(row.getString("failure_code")),
                row.getTimestamp("removed_at") == null
                    ? Optional.ofNullable(row.getString("storage_key"))
                    : Optional.empty(),
                Optional.ofNullable(row.getString("hosted_id"))));
      }
    }
    return rows;
  }

  Files files() throws IOException, SQLException {
    Set<String> namedAssets = new HashSet<>();
    Set<String> namedOriginals = new HashSet<>();
    for (Row row : rows()) {
      row.hostedId().ifPresent(namedAssets::add);
      row.storageKey().ifPresent(namedOriginals::add);
    }
    Set<String> assets = atTheHost();
    Set<String> objects = new HashSet<>();
    for (StoredObject object : originals.list("personal-video/")) {
      objects.add(object.key());
    }
    Set<String> orphanAssets = new HashSet<>(assets);
    orphanAssets.removeAll(namedAssets);
    Set<String> orphanOriginals = new HashSet<>(objects);
    orphanOriginals.removeAll(namedOriginals);
    Set<String> lost = new HashSet<>(namedOriginals);
    lost.removeAll(objects);
    return new Files(orphanAssets, orphanOriginals, lost);
  }

  private Set<String> atTheHost() throws IOException {
    Set<String> uids = new HashSet<>();
    host.videos().forEach(video -> uids.add(video.path("uid").asText()));
    return uids;
  }

  @Override
  public void close() throws IOException {
    parts.close();
  }
}
