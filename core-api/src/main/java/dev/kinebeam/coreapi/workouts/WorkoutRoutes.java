package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.input.IdempotencyKey;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /v1/workouts}: what patients are prescribed. Whoever opens a workout has the videos of
 * newer asset versions ordered. Reads by staff are entries of the audit log.
 *
 * @param bundles where the primitives are; empty where no bucket is configured
 * @param hosts that addresses are signed for; empty where none is configured
 */
public record WorkoutRoutes(
    Database database, Optional<Bundles> bundles, Optional<VideoHosts> hosts, Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(WorkoutRoutes.class);
  private static final int MAX_BYTES = 64 * 1024;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 500;
  private static final int RETRY_SECONDS = 5;

  private record Page(List<WorkoutView> workouts, @Nullable String next) {}

  /** {@code POST /v1/workouts}; {@code Idempotency-Key} makes repeating it safe. */
  public Route.Handler prescribe() {
    return this::prescribed;
  }

  private Reply prescribed(Call call, Principal caller) throws Problem, IOException {
    Optional<String> key = IdempotencyKey.of(call);
    Prescription wanted = PrescriptionReader.read(JsonBody.read(call, MAX_BYTES));
    try {
      Prescribing.Entered entered =
          new Prescribing(database, bundles, clock).prescribe(caller, wanted, key);
      return Reply.json(entered.isNew() ? 201 : 200, view(entered.workout(), caller))
          .with("Location", "/v1/workouts/" + entered.workout().id());
    } catch (IOException e) {
      LOG.warn("the primitives of an exercise cannot be listed: {}", e.getMessage(), e);
      throw Problem.unavailable("The exercises' primitives cannot be listed now.", RETRY_SECONDS);
    }
  }

  /** {@code GET /v1/workouts?patient_id=&status=&from=&to=&limit=&cursor=}: by their days. */
  public Route.Handler list() {
    return new Listing(this);
  }

  private record Listing(WorkoutRoutes routes) implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("patient_id", "status", "from", "to", "limit", "cursor");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      Inputs inputs = new Inputs(call);
      WorkoutQuery.Filter filter =
          new WorkoutQuery.Filter(
              inputs.id("patient_id"),
              inputs.read(
                  "status",
                  "preparing, visible, completed or cancelled",
                  word -> Words.read(WorkoutStatus.class, word)),
              inputs.read("from", "a day such as 2026-12-01", LocalDate::parse),
              inputs.read("to", "a day such as 2026-12-01", LocalDate::parse),
              inputs.read("cursor", "next of an earlier page", DayCursor::decode));
      int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
      inputs.check();
      return Reply.json(200, routes.page(caller, filter, limit));
    }
  }

  private Page page(Principal caller, WorkoutQuery.Filter filter, int limit) throws Problem {
    List<Workout> found =
        database.inOrg(
            WorkoutAccess.organization(caller),
            handle -> {
              List<Workout> some =
                  WorkoutQuery.list(handle, WorkoutAccess.of(handle, caller), filter, limit + 1);
              if (filter.patientId().isPresent() && !some.isEmpty()) {
                UUID patient = filter.patientId().get();
                AuditLog.noteRead(
                    handle, caller, "patient.workouts_listed", patient.toString(), patient);
              }
              return some;
            });
    boolean more = found.size() > limit;
    List<Workout> page = more ? found.subList(0, limit) : found;
    List<WorkoutView> views = new ArrayList<>();
    for (Workout workout : page) {
      views.add(view(workout, caller));
    }
    Workout last = more ? page.get(limit - 1) : null;
    return new Page(
        views, last == null ? null : new DayCursor(last.scheduledFor(), last.id()).encode());
  }

  /** {@code GET /v1/workouts/{id}}, with signed addresses of what is ready. */
  public Route.Handler get() {
    return (call, caller) ->
        Reply.json(200, view(opened(call, caller, WorkoutQuery::find), caller));
  }

  /** {@code GET /v1/workouts/{id}/readiness}: how far each video is, and how long it takes. */
  public Route.Handler readiness() {
    return (call, caller) ->
        Reply.json(
            200,
            WorkoutView.forStaff(
                opened(call, caller, WorkoutQuery::findWithPlaces),
                Optional.empty(),
                clock.instant()));
  }

  private interface Reading {
    Optional<Workout> of(Handle handle, WorkoutAccess access, UUID id);
  }

  private Workout opened(Call call, Principal caller, Reading reading) throws Problem {
    UUID id = call.pathId("id");
    return database.inOrg(
        WorkoutAccess.organization(caller),
        handle -> {
          WorkoutChanges changes = WorkoutChanges.of(handle, caller, id);
          Workout workout = changes.read();
          changes.follow(workout);
          AuditLog.noteRead(handle, caller, "workout.read", id.toString(), workout.patientId());
          return reading.of(handle, changes.access(), id).orElseThrow(WorkoutChanges::missing);
        });
  }

  /** {@code POST …/retry}: orders the videos that could not be made again. */
  public Route.Handler retry() {
    return changing(changes -> changes.retry(changes.read()));
  }

  /** {@code POST …/release}: shows the workout without the videos that could not be made. */
  public Route.Handler release() {
    return changing(changes -> changes.release(changes.read()));
  }

  /** {@code POST …/complete}: the patient has done it. */
  public Route.Handler complete() {
    return changing(changes -> changes.move(WorkoutSteps.Step.COMPLETE));
  }

  /** {@code POST …/cancel}: the patient does not see it any more. */
  public Route.Handler cancel() {
    return changing(changes -> changes.move(WorkoutSteps.Step.CANCEL));
  }

  private interface Change {
    void to(WorkoutChanges changes) throws Problem;
  }

  private Route.Handler changing(Change change) {
    return (call, caller) -> {
      UUID id = call.pathId("id");
      Workout workout =
          database.inOrg(
              WorkoutAccess.organization(caller),
              handle -> {
                WorkoutChanges changes = WorkoutChanges.of(handle, caller, id);
                change.to(changes);
                return changes.read();
              });
      return Reply.json(200, view(workout, caller));
    };
  }

  private WorkoutView view(Workout workout, Principal caller) throws Problem {
    if (caller.role() != Role.PATIENT) {
      return WorkoutView.forStaff(workout, hosts, clock.instant());
    }
    return WorkoutView.forPatient(workout, requireHosts(hosts), clock.instant());
  }

  /**
   * The hosts.
   *
   * @throws Problem 503 saying what to configure where there is none
   */
  static VideoHosts requireHosts(Optional<VideoHosts> hosts) throws Problem {
    return hosts.orElseThrow(
        () ->
            Problem.of(
                503,
                "Videos cannot be played: the operator has to give the Core API a host's key, as"
                    + " VIDEO_HOST_TOKEN_KEY."));
  }
}
