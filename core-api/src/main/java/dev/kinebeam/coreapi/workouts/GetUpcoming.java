package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.catalog.personal.PersonalVideo;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * {@code GET /v2/workouts/patient-upcoming?limit=&offset=}: the patient's workouts of the clinic's
 * day and later with their exercises, each with the personal video that the patient has of it, and
 * with the videos that can be played, the first one preferred. However many exercises there are, it
 * is the same number of statements.
 */
public record GetUpcoming(Database database, Optional<VideoHosts> hosts, Clock clock)
    implements Route.Handler {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 700;

  /** Workouts, and the personal videos of their exercises. */
  record Page(List<Workout> workouts, Map<Long, PersonalVideo> personal) {}

  @Override
  public Set<String> parameters() {
    return Set.of("limit", "offset");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
    int offset = inputs.number("offset", 0, MOST).orElse(0);
    inputs.check();
    VideoHosts signing = WorkoutRoutes.requireHosts(hosts);
    Page page = read(caller, limit, offset);
    return Reply.json(
        200, UpcomingView.of(page.workouts(), page.personal(), signing, limit, offset));
  }

  Page read(Principal patient, int limit, int offset) {
    return database.inOrg(patient.orgId(), handle -> read(handle, patient, limit, offset));
  }

  private Page read(Handle handle, Principal patient, int limit, int offset) {
    LocalDate today =
        LocalDate.ofInstant(clock.instant(), Organization.zone(handle, patient.orgId()));
    WorkoutQuery.Filter filter =
        new WorkoutQuery.Filter(
            Optional.empty(),
            Optional.of(WorkoutStatus.VISIBLE),
            Optional.of(today),
            Optional.empty(),
            Optional.empty());
    List<Workout> workouts =
        WorkoutQuery.list(handle, WorkoutAccess.of(handle, patient), filter, offset + limit)
            .stream()
            .skip(offset)
            .toList();
    return new Page(workouts, personal(handle, workouts));
  }

  /** Of all exercises of all workouts at once. */
  private static Map<Long, PersonalVideo> personal(Handle handle, List<Workout> workouts) {
    List<Long> ids =
        workouts.stream()
            .flatMap(workout -> workout.shown().stream())
            .flatMap(one -> Optional.ofNullable(one.personal()).stream())
            .map(Workout.Personal::id)
            .distinct()
            .toList();
    Map<Long, PersonalVideo> personal = new HashMap<>();
    if (!ids.isEmpty()) {
      PersonalVideos.all(handle, ids).forEach(video -> personal.put(video.id(), video));
    }
    return personal;
  }
}
