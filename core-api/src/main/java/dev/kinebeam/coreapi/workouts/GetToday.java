package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.portal.Languages;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /v1/portal/today?language=}: the patient's workouts of the clinic's day with all that
 * a player needs: names in the patient's language, signed addresses with their times of renewal,
 * segment maps, and where the patient stopped. Opening it orders the videos of newer asset
 * versions, as opening a workout does.
 */
public record GetToday(Database database, Optional<VideoHosts> hosts, Clock clock)
    implements Route.Handler {
  @Override
  public Set<String> parameters() {
    return Set.of("language");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Languages languages =
        Languages.of(
            inputs.read("language", Languages.FORM, Languages::code),
            call.header("Accept-Language"));
    inputs.check();
    VideoHosts signing = WorkoutRoutes.requireHosts(hosts);
    TodayQuery.Today today =
        database.inOrg(
            caller.orgId(), handle -> TodayQuery.read(handle, caller, languages, clock.instant()));
    for (Workout workout : today.workouts()) {
      follow(workout, caller);
    }
    return Reply.json(200, TodayView.of(today, signing));
  }

  /** In a transaction of its own: each locks its renders before its workout. */
  private void follow(Workout workout, Principal caller) {
    if (workout.exercises().stream().anyMatch(Workout.Prescribed::awaitsOrder)) {
      database.inOrg(
          caller.orgId(),
          handle -> {
            WorkoutChanges.of(handle, caller, workout.id()).follow(workout);
            return null;
          });
    }
  }
}
