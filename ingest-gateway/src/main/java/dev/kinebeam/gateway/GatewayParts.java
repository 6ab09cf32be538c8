package dev.kinebeam.gateway;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.gateway.auth.Role;
import dev.kinebeam.gateway.automations.ActOnAutomation;
import dev.kinebeam.gateway.automations.AlertThresholds;
import dev.kinebeam.gateway.automations.ListAutomations;
import dev.kinebeam.gateway.automations.StreamAutomations;
import dev.kinebeam.gateway.bandwidth.GetBandwidth;
import dev.kinebeam.gateway.clinic.GetDropOff;
import dev.kinebeam.gateway.clinic.GetSession;
import dev.kinebeam.gateway.clinic.GetVideoHealth;
import dev.kinebeam.gateway.clinic.ListSessions;
import dev.kinebeam.gateway.http.BodyBudget;
import dev.kinebeam.gateway.http.Method;
import dev.kinebeam.gateway.http.Route;
import dev.kinebeam.gateway.intake.EventIntake;
import dev.kinebeam.gateway.log.EventLog;
import dev.kinebeam.gateway.recording.Recordings;
import dev.kinebeam.gateway.render.Bundles;
import dev.kinebeam.gateway.render.Compose;
import dev.kinebeam.gateway.render.Doorbell;
import dev.kinebeam.gateway.render.GetRender;
import dev.kinebeam.gateway.render.PlaybackAddress;
import dev.kinebeam.gateway.render.RenderWait;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the routes stand on.
 *
 * @param recordings empty where there is no archive
 * @param maxBodyBytes of one batch of events
 * @param bodies what all batches in flight may hold together
 */
record GatewayParts(
    Database database,
    ConsentGate consent,
    EventLog log,
    Bundles.Files primitives,
    Doorbell doorbell,
    PlaybackAddress playback,
    Optional<Recordings> recordings,
    int maxBodyBytes,
    BodyBudget bodies,
    MeterRegistry meters,
    Clock clock) {
  private static final int WAITING_PLACES = 16;

  /** Every route with the roles that it takes. */
  List<Route> routes() {
    ExerciseRenders renders = new ExerciseRenders(database);
    Compose compose =
        new Compose(
            new Exercises(database),
            new Bundles(primitives),
            renders,
            log,
            new RenderWait(renders, doorbell, WAITING_PLACES),
            playback);
    List<Route> routes = new ArrayList<>(inbox());
    routes.addAll(
        List.of(
            new Route(
                Method.POST,
                "/v1/media/events",
                Set.of(Role.PATIENT),
                new EventIntake(consent, log, maxBodyBytes, bodies, clock, meters)),
            new Route(
                Method.GET,
                "/v1/media/sessions",
                Set.of(Role.SPECIALIST, Role.CLINIC_ADMIN),
                new ListSessions(database, clock)),
            new Route(
                Method.GET,
                "/v1/media/sessions/{id}",
                Set.of(Role.SPECIALIST, Role.CLINIC_ADMIN),
                new GetSession(database, recordings)),
            new Route(
                Method.GET,
                "/v1/media/bandwidth/stats",
                Set.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN),
                new GetBandwidth(database, clock)),
            new Route(
                Method.GET,
                "/v1/clinic/exercises/{slug}/drop-off",
                Set.of(Role.SPECIALIST, Role.CLINIC_ADMIN),
                new GetDropOff(database, clock)),
            new Route(
                Method.GET,
                "/v1/clinic/video-health",
                Set.of(Role.CLINIC_ADMIN),
                new GetVideoHealth(database, clock)),
            new Route(Method.POST, "/v1/compose", Set.of(Role.SERVICE), compose),
            new Route(
                Method.GET,
                "/v1/renders/{id}",
                Set.of(Role.SERVICE, Role.SPECIALIST, Role.CLINIC_ADMIN),
                new GetRender(renders, playback))));
    return routes;
  }

  private List<Route> inbox() {
    Set<Role> staff = Set.of(Role.SPECIALIST, Role.CLINIC_ADMIN);
    Set<Role> admins = Set.of(Role.CLINIC_ADMIN);
    String one = "/v1/automations/{id}";
    AlertThresholds thresholds = new AlertThresholds(database);
    return List.of(
        new Route(Method.GET, "/v1/automations", staff, new ListAutomations(database)),
        new Route(Method.GET, "/v1/automations/stream", staff, new StreamAutomations(database)),
        new Route(Method.POST, one + "/acknowledge", staff, ActOnAutomation.acknowledge(database)),
        new Route(Method.POST, one + "/snooze", staff, ActOnAutomation.snooze(database)),
        new Route(Method.POST, one + "/resolve", staff, ActOnAutomation.resolve(database)),
        new Route(Method.GET, "/v1/clinic/alert-thresholds", admins, thresholds.get()),
        new Route(Method.PUT, "/v1/clinic/alert-thresholds", admins, thresholds.put()));
  }
}
