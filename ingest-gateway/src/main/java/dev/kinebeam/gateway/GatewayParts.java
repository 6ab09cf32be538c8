package dev.kinebeam.gateway;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.gateway.intake.EventIntake;
import dev.kinebeam.gateway.log.EventLog;
import dev.kinebeam.gateway.render.Bundles;
import dev.kinebeam.gateway.render.Compose;
import dev.kinebeam.gateway.render.GetRender;
import dev.kinebeam.gateway.render.PlaybackAddress;
import dev.kinebeam.gateway.render.RenderNotifier;
import dev.kinebeam.gateway.render.RenderWait;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.BodyBudget;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Route;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * What the routes stand on.
 *
 * @param maxBodyBytes of one batch of events
 * @param bodies what all batches in flight may hold together
 */
record GatewayParts(
    Database database,
    ConsentGate consent,
    EventLog log,
    Bundles.Files primitives,
    RenderNotifier notifier,
    PlaybackAddress playback,
    int maxBodyBytes,
    BodyBudget bodies,
    MeterRegistry meters,
    Clock clock) {
  private static final int WAITING_REQUESTS = 16;

  /** Every route with the roles that it takes. */
  List<Route> routes() {
    ExerciseRenders renders = new ExerciseRenders(database);
    Compose compose =
        new Compose(
            new Exercises(database),
            new Bundles(primitives),
            renders,
            log,
            new RenderWait(renders, notifier, WAITING_REQUESTS),
            playback);
    return List.of(
        new Route(
            Method.POST,
            "/v1/media/events",
            Set.of(Role.PATIENT),
            new EventIntake(consent, log, maxBodyBytes, bodies, clock, meters)),
        new Route(Method.POST, "/v1/compose", Set.of(Role.SERVICE), compose),
        new Route(
            Method.GET,
            "/v1/renders/{id}",
            Set.of(Role.SERVICE, Role.SPECIALIST, Role.CLINIC_ADMIN),
            new GetRender(renders, playback)));
  }
}
