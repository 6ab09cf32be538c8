package dev.kinebeam.coreapi.personal;

import dev.kinebeam.catalog.db.AuditActor;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Feature;
import dev.kinebeam.catalog.personal.IllegalMove;
import dev.kinebeam.catalog.personal.PersonalVideo;
import dev.kinebeam.catalog.personal.PersonalVideoStatus;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.coreapi.input.IdempotencyKey;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.rights.Features;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.MinuteLimit;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * {@code /v2/personalized-exercise-videos}: recordings of specialists. Where the organization has
 * not switched the feature on, every route answers 404; so does a video of a patient whom the
 * caller does not reach, and for what belongs to its upload one that a colleague records. Each
 * caller has a limit per minute.
 */
public final class PersonalVideoRoutes {
  private static final int WRITES_PER_MINUTE = 60;
  private static final int READS_PER_MINUTE = 300;
  // The store takes any size, and what is never completed stays there for a day.
  private static final int MOST_UNFINISHED = 100;
  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,17}");
  private static final String MP4 = "video/mp4";
  private static final Set<String> TYPES = Set.of(MP4, "video/webm");

  private final Database database;
  private final Optional<Originals> originals;
  private final Clock clock;
  private final MinuteLimit writes = new MinuteLimit("this person");
  private final MinuteLimit reads = new MinuteLimit("this person");

  /**
   * The routes.
   *
   * @param store of the recordings; empty where no bucket is configured
   */
  public PersonalVideoRoutes(Database database, Optional<ObjectStore> store, Clock clock) {
    this.database = database;
    this.originals = store.map(bucket -> new Originals(bucket, clock));
    this.clock = clock;
  }

  private interface Work<T> {
    T in(Handle handle, PatientAccess access) throws Problem, IllegalMove;
  }

  /** Runs {@code work} in a transaction that the audit log ascribes to the caller. */
  private <T> T allowed(Principal caller, Work<T> work) throws Problem {
    return database.inOrg(
        caller.orgId(),
        handle -> {
          Features.require(handle, Feature.PERSONALIZED_VIDEOS);
          AuditActor.set(handle, caller.subject().toString());
          try {
            return work.in(handle, PatientAccess.of(handle, caller));
          } catch (IllegalMove e) {
            throw refused(e);
          }
        });
  }

  private static Problem refused(IllegalMove move) {
    return move.present().map(PersonalVideoRoutes::refused).orElseGet(PersonalVideoRoutes::missing);
  }

  private static Problem refused(PersonalVideoStatus present) {
    return Problem.invalid(
        409,
        "This cannot be done now.",
        List.of(new FieldError("status", "not_allowed", "status is " + present)));
  }

  private static Problem missing() {
    return Problem.of(404, "There is no video with this id.");
  }

  private Originals originals() throws Problem {
    return originals.orElseThrow(
        () ->
            Problem.of(
                503,
                "Nothing can be recorded here: the operator has to set PERSONAL_VIDEOS_BUCKET."));
  }

  private static long id(Call call) throws Problem {
    if (!ID.matcher(call.path("id")).matches()) {
      throw missing();
    }
    return Long.parseLong(call.path("id"));
  }

  /** The video of a patient whom the caller reaches. */
  private static PersonalVideo reached(Handle handle, PatientAccess access, long id)
      throws Problem {
    return PersonalVideos.find(handle, id)
        .filter(video -> access.reaches(handle, video.assignment().patientId()))
        .orElseThrow(PersonalVideoRoutes::missing);
  }

  /** As {@link #reached}, and recorded by the caller: no colleague replaces what was uploaded. */
  private static PersonalVideo own(Handle handle, PatientAccess access, Principal caller, long id)
      throws Problem {
    PersonalVideo video = reached(handle, access, id);
    if (!caller.subject().equals(video.assignment().doctorId())) {
      throw missing();
    }
    return video;
  }

  private static void noteRead(Handle handle, Principal caller, PersonalVideo video) {
    AuditLog.noteRead(
        handle,
        caller,
        "personal_video.read",
        Long.toString(video.id()),
        video.assignment().patientId());
  }

  /** {@code GET …/patients?limit=&offset=}: whom the caller may record for, by their names. */
  public Route.Handler patients() {
    return new RecordablePatients(
        (caller, page) -> {
          reads.count(caller.subject(), READS_PER_MINUTE);
          return allowed(caller, (handle, access) -> page.of(handle, access));
        });
  }

  /**
   * {@code POST …/upload-url {"patientId", "exerciseId", "contentType"?}}: enters a video and gives
   * out a signed address; {@code Idempotency-Key} makes repeating it safe.
   */
  public Route.Handler create() {
    return this::created;
  }

  private Reply created(Call call, Principal caller) throws Problem, IOException {
    writes.count(caller.subject(), WRITES_PER_MINUTE);
    Optional<String> key = IdempotencyKey.of(call);
    BodyFields fields = BodyFields.of(call, Set.of("patientId", "exerciseId", "contentType"));
    fields.require("patientId", "exerciseId");
    Optional<UUID> patient = fields.word("patientId", "a UUID", StrictUuid::parse);
    Optional<UUID> exercise = fields.word("exerciseId", "a UUID", StrictUuid::parse);
    String type = contentType(fields).orElse(MP4);
    // Without the feature nothing is there, whatever was sent.
    allowed(caller, (handle, access) -> true);
    fields.check("Nothing can be recorded.");
    PersonalVideo.Assignment assignment =
        new PersonalVideo.Assignment(
            caller.orgId(), patient.orElseThrow(), exercise.orElseThrow(), caller.subject());
    PersonalVideos.Created made =
        allowed(caller, (handle, access) -> enter(handle, access, assignment, type, key));
    return Reply.json(made.isNew() ? 201 : 200, originals().address(made.video()))
        .with("Location", "/v2/personalized-exercise-videos/" + made.video().id());
  }

  private static Optional<String> contentType(BodyFields fields) {
    return fields.word(
        "contentType",
        "video/mp4 or video/webm",
        word -> {
          if (!TYPES.contains(word)) {
            throw new IllegalArgumentException("another type");
          }
          return word;
        });
  }

  private PersonalVideos.Created enter(
      Handle handle,
      PatientAccess access,
      PersonalVideo.Assignment assignment,
      String type,
      Optional<String> key)
      throws Problem, IllegalMove {
    access.require(handle, assignment.patientId());
    requireExercise(handle, assignment.exerciseId());
    Originals bucket = originals();
    PersonalVideos.Created entered = PersonalVideos.create(handle, assignment, type, key);
    PersonalVideo video = entered.video();
    if (entered.isNew()
        && PersonalVideos.unfinished(handle, assignment.doctorId()) > MOST_UNFINISHED) {
      throw Problem.invalid(
          409,
          "This cannot be done now.",
          List.of(
              new FieldError(
                  "status",
                  "too_many_unfinished",
                  ("%d of your recordings wait for their upload or are processed;"
                          + " let one of them end, or wait a day")
                      .formatted(MOST_UNFINISHED))));
    }
    if (!video.wasEnteredFor(assignment, type)) {
      throw Problem.invalid(
          409,
          "This key was used for another video.",
          List.of(
              new FieldError(
                  "Idempotency-Key",
                  "reused",
                  "Idempotency-Key is that of another request, which entered %d; take a new key"
                      .formatted(video.id()))));
    }
    return new PersonalVideos.Created(
        PersonalVideos.urlCreated(handle, video.id(), bucket.key(video)), entered.isNew());
  }

  /** One that was merged into another counts as its successor. */
  private static void requireExercise(Handle handle, UUID exercise) throws Problem {
    boolean usable =
        handle
            .createQuery(
                """
                SELECT EXISTS (SELECT FROM exercises AS asked
                                 JOIN exercises AS e
                                   ON e.exercise_id = coalesce(asked.replaced_by, asked.exercise_id)
                                WHERE asked.exercise_id = :exercise AND e.status <> 'archived')
                """)
            .bind("exercise", exercise)
            .mapTo(Boolean.class)
            .one();
    if (!usable) {
      throw Problem.invalid(
          400,
          "Nothing can be recorded.",
          List.of(
              new FieldError(
                  "exerciseId",
                  "unknown_exercise",
                  "exerciseId is %s; there is no such exercise, or it is archived"
                      .formatted(exercise))));
    }
  }

  /** {@code POST …/{id}/upload-url}: a fresh address for the same video. */
  public Route.Handler address() {
    return (call, caller) -> {
      writes.count(caller.subject(), WRITES_PER_MINUTE);
      Optional<String> type = typeAgain(call);
      PersonalVideo video =
          allowed(
              caller,
              (handle, access) -> {
                PersonalVideo found = own(handle, access, caller, id(call));
                requireType(found, type);
                return PersonalVideos.urlCreated(handle, found.id(), originals().key(found));
              });
      return Reply.json(200, originals().address(video));
    };
  }

  private static Optional<String> typeAgain(Call call) throws Problem, IOException {
    if (call.body().length == 0) {
      return Optional.empty();
    }
    BodyFields fields = BodyFields.of(call, Set.of("contentType"));
    Optional<String> type = contentType(fields);
    fields.check("There is no such address.");
    return type;
  }

  private static void requireType(PersonalVideo video, Optional<String> type) throws Problem {
    if (type.isPresent() && !type.get().equals(video.contentType())) {
      throw Problem.invalid(
          400,
          "There is no such address.",
          List.of(
              new FieldError(
                  "contentType",
                  "bad_value",
                  "contentType is %s; the video was entered as %s"
                      .formatted(type.get(), video.contentType()))));
    }
  }

  /**
   * {@code POST …/{id}/upload-complete}: pins what was uploaded and queues it; again while it is
   * processed, nothing changes.
   */
  public Route.Handler complete() {
    return (call, caller) -> {
      writes.count(caller.subject(), WRITES_PER_MINUTE);
      PersonalVideo video =
          allowed(caller, (handle, access) -> own(handle, access, caller, id(call)));
      if (video.status() != PersonalVideoStatus.PROCESSING_QUEUED) {
        video = queued(caller, video);
      }
      return Reply.json(202, PersonalVideoView.of(video));
    };
  }

  private PersonalVideo queued(Principal caller, PersonalVideo video) throws Problem {
    if (!video.status().mayBecome(PersonalVideoStatus.PROCESSING_QUEUED)) {
      throw refused(video.status());
    }
    if (video.original().isEmpty()) {
      throw refused(video.status());
    }
    // Outside of a transaction: the store may take seconds.
    PersonalVideo.Pinned version = originals().uploaded(video);
    return allowed(
        caller,
        (handle, access) -> {
          own(handle, access, caller, video.id());
          try {
            return PersonalVideos.queue(handle, video.id(), version, clock.instant());
          } catch (IllegalMove e) {
            // Another request was faster.
            if (e.present().equals(Optional.of(PersonalVideoStatus.PROCESSING_QUEUED))) {
              return own(handle, access, caller, video.id());
            }
            // The worker was faster: it deletes what was found a moment ago.
            if (e.present().equals(Optional.of(PersonalVideoStatus.FAILED))) {
              throw Originals.removed();
            }
            throw e;
          }
        });
  }

  /** {@code GET …/{id}}. */
  public Route.Handler get() {
    return (call, caller) -> {
      reads.count(caller.subject(), READS_PER_MINUTE);
      return Reply.json(
          200,
          allowed(
              caller,
              (handle, access) -> {
                PersonalVideo video = reached(handle, access, id(call));
                noteRead(handle, caller, video);
                return PersonalVideoView.of(video);
              }));
    };
  }

  /** {@code GET …/current?patientId=&exerciseId=}: what plays for the pair. */
  public Route.Handler current() {
    return new Current();
  }

  private final class Current implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("patientId", "exerciseId");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      reads.count(caller.subject(), READS_PER_MINUTE);
      Inputs inputs = new Inputs(call);
      Optional<UUID> patient = required(inputs, "patientId");
      Optional<UUID> exercise = required(inputs, "exerciseId");
      allowed(caller, (handle, access) -> true);
      inputs.check();
      return Reply.json(
          200,
          allowed(
              caller,
              (handle, access) -> {
                access.require(handle, patient.orElseThrow());
                PersonalVideo video =
                    PersonalVideos.current(handle, patient.get(), exercise.orElseThrow())
                        .orElseThrow(
                            () -> Problem.of(404, "The patient has no video of this exercise."));
                noteRead(handle, caller, video);
                return PersonalVideoView.of(video);
              }));
    }

    private static Optional<UUID> required(Inputs inputs, String name) {
      Optional<UUID> id = inputs.read(name, "a UUID", StrictUuid::parse);
      if (id.isEmpty()) {
        inputs.reject(name, "missing", "name it as a UUID");
      }
      return id;
    }
  }
}
