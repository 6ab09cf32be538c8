package dev.kinebeam.gateway;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.RenderOrders;
import dev.kinebeam.catalog.db.RenderQueue;
import dev.kinebeam.gateway.intake.EventIntake;
import dev.kinebeam.gateway.log.EventLog;
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

/** What the routes stand on. */
record GatewayParts(
    Database database,
    ConsentGate consent,
    EventLog log,
    Rendering rendering,
    Bodies bodies,
    MeterRegistry meters,
    Clock clock) {
  /** What compose orders and look-ups of renders need. */
  record Rendering(Bundles.Files primitives, RenderNotifier notifier, PlaybackAddress playback) {}

  /**
   * How large batches of events may be.
   *
   * @param maxBytes of one batch
   * @param budget what all batches in flight may hold together
   */
  record Bodies(int maxBytes, BodyBudget budget) {}

  private static final int WAITING_REQUESTS = 16;
  private static final Method COMPOSE_METHOD = Method.POST;
  private static final String COMPOSE_PATH = "/v1/compose";

  /** The route that is open to callers without a token where no token of the composer is set. */
  static final String COMPOSE = COMPOSE_METHOD + " " + COMPOSE_PATH;

  /** Every route with the roles that it takes. */
  List<Route> routes() {
    ExerciseRenders renders = new ExerciseRenders(database);
    Compose compose =
        new Compose(
            new Exercises(database),
            new Bundles(rendering.primitives()),
            new RenderOrders(database),
            new RenderWait(renders, rendering.notifier(), WAITING_REQUESTS),
            rendering.playback());
    return List.of(
        new Route(
            Method.POST,
            "/v1/media/events",
            Set.of(Role.PATIENT),
            new EventIntake(consent, log, bodies.maxBytes(), bodies.budget(), clock, meters)),
        new Route(COMPOSE_METHOD, COMPOSE_PATH, Set.of(Role.SERVICE), compose),
        new Route(
            Method.GET,
            "/v1/renders/{id}",
            Set.of(Role.SERVICE, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SUPERADMIN),
            new GetRender(renders, new RenderQueue(database), rendering.playback(), clock)));
  }
}
