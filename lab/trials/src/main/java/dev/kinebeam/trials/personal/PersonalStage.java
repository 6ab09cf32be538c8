package dev.kinebeam.trials.personal;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.servers.RunningParts;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * A stack, emptied first, with a stand-in for Cloudflare Stream and a worker, each a process of its
 * own on free ports, and a clinic of forty patients, whom four therapists treat. What the Core API
 * does for uploads and webhooks is done here with its rights.
 */
final class PersonalStage implements AutoCloseable {
  private static final int PATIENTS = 40;
  private static final int THERAPISTS = 4;
  private static final Duration DATABASE_WITHIN = Duration.ofSeconds(20);

  private final RunningParts parts = new RunningParts();
  private final HttpClient http = HttpClient.newHttpClient();
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
  private DataSource owner;

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

  static PersonalStage open(Path folder, Consumer<String> progress)
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
    Endpoints endpoints = stack.endpoints();
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
    owner = new DemoDatabase(endpoints.database()).owner();
    fill();
    Map<String, String> more = new HashMap<>(host.environment());
    more.put("PERSONAL_VIDEO_HOST", "cloudflare");
    worker = ServerProcess.worker(endpoints, more, folder, "--development");
    parts.keep(worker);
    progress.accept("stack, Cloudflare's stand-in and worker are started");
  }

  private void fill() throws SQLException {
    execute("INSERT INTO organizations (org_id, name) VALUES ('" + org + "', 'Clinic')");
    execute(
        "INSERT INTO organization_features (org_id, feature, enabled) VALUES ('"
            + org
            + "', 'therapistPersonalizedExerciseVideo', true)");
    for (UUID exercise : exercises) {
      execute(
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
      execute(
          """
          INSERT INTO care_links (org_id, patient_id, specialist_id)
            SELECT org_id, person_id, '%s' FROM people WHERE org_id = '%s' AND role = 'patient'
          """
              .formatted(therapist, org));
    }
  }

  private void person(UUID person, String role) throws SQLException {
    execute(
        """
        INSERT INTO people (org_id, person_id, role, display_name)
          VALUES ('%s', '%s', '%s', 'Person')
        """
            .formatted(org, person, role));
  }

  Path folder() {
    return folder;
  }

  ServerProcess worker() {
    return worker;
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

  /** Enters, uploads and completes a video; returns its id. */
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
    execute(
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
        texts(
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
    execute("UPDATE personal_video_leftovers SET settles_at = now(), due_at = now()");
  }

  int count(String from) throws SQLException {
    return Integer.parseInt(texts("SELECT count(*)::text FROM " + from).get(0));
  }

  int doublyActive() throws SQLException {
    return count(
        "(SELECT FROM personalized_exercise_videos WHERE active"
            + " GROUP BY patient_id, exercise_id HAVING count(*) > 1) AS pairs");
  }

  List<Row> rows() throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Connection connection = owner.getConnection();
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
    Map<String, String> settings = host.environment();
    URI list =
        URI.create(
            settings.get("CLOUDFLARE_STREAM_BASE_URL")
                + "/accounts/"
                + settings.get("CLOUDFLARE_STREAM_ACCOUNT")
                + "/stream");
    try {
      JsonNode answer =
          Json.MAPPER.readTree(
              http.send(
                      HttpRequest.newBuilder(list)
                          .header(
                              "Authorization", "Bearer " + settings.get("CLOUDFLARE_STREAM_TOKEN"))
                          .build(),
                      BodyHandlers.ofString())
                  .body());
      if (!answer.path("success").asBoolean()) {
        throw new IOException("the host does not list its videos: " + answer);
      }
      return new HashSet<>(answer.path("result").findValuesAsText("uid"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the host listed its videos", e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = owner.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> texts(String query) throws SQLException {
    try (Connection connection = owner.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  @Override
  public void close() throws IOException {
    parts.close();
  }
}
