package dev.kinebeam.coreapi;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.curation.Lifecycle;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.db.Webhooks;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.coreapi.automations.ActOnAutomation;
import dev.kinebeam.coreapi.automations.AlertThresholds;
import dev.kinebeam.coreapi.automations.AnswerAutomation;
import dev.kinebeam.coreapi.automations.GetAutomation;
import dev.kinebeam.coreapi.automations.ListAutomations;
import dev.kinebeam.coreapi.automations.PreviewThresholds;
import dev.kinebeam.coreapi.automations.StreamAutomations;
import dev.kinebeam.coreapi.bandwidth.GetBandwidth;
import dev.kinebeam.coreapi.catalogue.BumpAssetVersion;
import dev.kinebeam.coreapi.catalogue.CatalogueAccess;
import dev.kinebeam.coreapi.catalogue.ExerciseRoutes;
import dev.kinebeam.coreapi.catalogue.GetBundle;
import dev.kinebeam.coreapi.catalogue.ImportExercises;
import dev.kinebeam.coreapi.catalogue.OwnExerciseRoutes;
import dev.kinebeam.coreapi.catalogue.Permission;
import dev.kinebeam.coreapi.catalogue.PublishExercise;
import dev.kinebeam.coreapi.catalogue.VocabularyRoutes;
import dev.kinebeam.coreapi.clinic.ExerciseFigures;
import dev.kinebeam.coreapi.clinic.ExportSessions;
import dev.kinebeam.coreapi.clinic.FollowSession;
import dev.kinebeam.coreapi.clinic.GetAdherence;
import dev.kinebeam.coreapi.clinic.GetDropOff;
import dev.kinebeam.coreapi.clinic.GetSession;
import dev.kinebeam.coreapi.clinic.GetVideoHealth;
import dev.kinebeam.coreapi.clinic.ListSessions;
import dev.kinebeam.coreapi.clinic.PlayingNow;
import dev.kinebeam.coreapi.jobs.ListJobs;
import dev.kinebeam.coreapi.patients.ListPersonalVideos;
import dev.kinebeam.coreapi.patients.PatientRoutes;
import dev.kinebeam.coreapi.people.CareLinkRoutes;
import dev.kinebeam.coreapi.people.FeatureRoutes;
import dev.kinebeam.coreapi.people.Me;
import dev.kinebeam.coreapi.people.MyConsents;
import dev.kinebeam.coreapi.people.MyExport;
import dev.kinebeam.coreapi.people.OrganizationRoutes;
import dev.kinebeam.coreapi.people.PeopleRoutes;
import dev.kinebeam.coreapi.personal.PersonalVideoRoutes;
import dev.kinebeam.coreapi.portal.GetVocabulary;
import dev.kinebeam.coreapi.portal.ListPortalExercises;
import dev.kinebeam.coreapi.providers.ProviderRoutes;
import dev.kinebeam.coreapi.providers.VideoReady;
import dev.kinebeam.coreapi.recording.Recordings;
import dev.kinebeam.coreapi.renders.BulkRoutes;
import dev.kinebeam.coreapi.renders.GetPersonalPlayback;
import dev.kinebeam.coreapi.renders.GetPlayback;
import dev.kinebeam.coreapi.renders.ListRenders;
import dev.kinebeam.coreapi.renders.LookUpRender;
import dev.kinebeam.coreapi.renders.OrderRender;
import dev.kinebeam.coreapi.renders.RetryRender;
import dev.kinebeam.coreapi.renders.StreamRenders;
import dev.kinebeam.coreapi.rights.ListAudit;
import dev.kinebeam.coreapi.signin.SignIn;
import dev.kinebeam.coreapi.webhooks.WebhookRoutes;
import dev.kinebeam.coreapi.workouts.GetToday;
import dev.kinebeam.coreapi.workouts.GetUpcoming;
import dev.kinebeam.coreapi.workouts.PutProgress;
import dev.kinebeam.coreapi.workouts.StreamWorkouts;
import dev.kinebeam.coreapi.workouts.WorkoutRoutes;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Pages;
import dev.kinebeam.web.http.Route;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the routes use.
 *
 * @param recordings empty where there is no archive
 * @param webhookSecrets empty where there are no webhooks
 * @param providers what the routes of video hosts use
 * @param catalogue what the routes of exercises use beside the database
 * @param signIn how people sign in, and how their browsers are recognised
 */
record CoreApiParts(
    Database database,
    Optional<Recordings> recordings,
    Optional<WebhookSecrets> webhookSecrets,
    Providers providers,
    Catalogue catalogue,
    SignIn signIn,
    Clock clock) {
  /**
   * What curating and showing exercises uses; {@link CoreApiConfig.Catalogue} has the settings.
   *
   * @param admin the login that sees and changes all exercises
   * @param personalVideos where therapists upload recordings to
   */
  record Catalogue(
      Optional<Database> admin,
      Optional<Bundles> bundles,
      Optional<VideoHosts> hosts,
      Optional<ObjectStore> personalVideos) {}

  /**
   * What the routes of the services that host videos use.
   *
   * @param counts counts their messages
   */
  record Providers(ProviderCredentials credentials, VideoReady.Counts counts) {}

  /** What the pages load of the libraries that they use. */
  private static final Set<String> WEBJAR_FILES =
      Set.of(
          "hls.js/dist/hls.min.js",
          "lit-html/lit-html.js",
          "lit-html/directive.js",
          "lit-html/directive-helpers.js",
          "lit-html/directives/repeat.js",
          "uplot/dist/uPlot.iife.min.js",
          "uplot/dist/uPlot.min.css");

  private static final Set<Role> STAFF = Set.of(Role.SPECIALIST, Role.CLINIC_ADMIN);
  private static final Set<Role> ADMINS = Set.of(Role.CLINIC_ADMIN);
  private static final Set<Role> PLATFORM = Set.of(Role.SUPERADMIN);

  /** Every route with the roles that it takes. */
  List<Route> routes() {
    return Stream.of(
            sessions(),
            patients(),
            clinic(),
            automations(),
            exercises(),
            workouts(),
            personalVideos(),
            new VocabularyRoutes(access()).routes(),
            renders(),
            bulks(),
            webhooks(),
            hosts(),
            jobs(),
            people(),
            mine(),
            signIn.routes())
        .flatMap(List::stream)
        .toList();
  }

  private List<Route> sessions() {
    Set<Role> patientsToo = Set.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN);
    return List.of(
        new Route(Method.GET, "/v1/media/sessions", STAFF, new ListSessions(database, clock)),
        new Route(Method.GET, "/v1/media/sessions.csv", STAFF, new ExportSessions(database, clock)),
        new Route(
            Method.GET, "/v1/media/sessions/{id}", STAFF, new GetSession(database, recordings)),
        new Route(Method.GET, "/v1/media/sessions/{id}/live", STAFF, new FollowSession(database)),
        new Route(
            Method.GET,
            "/v1/media/bandwidth/stats",
            patientsToo,
            new GetBandwidth(database, clock)));
  }

  private List<Route> patients() {
    PatientRoutes routes = new PatientRoutes(database, clock);
    return List.of(
        new Route(Method.GET, "/v1/patients", STAFF, routes.list()),
        new Route(Method.GET, "/v1/patients/{id}", STAFF, routes.get()),
        new Route(
            Method.GET,
            "/v1/patients/{id}/personal-videos",
            STAFF,
            new ListPersonalVideos(database)),
        new Route(
            Method.GET,
            "/v1/patients/{id}/sessions",
            STAFF,
            new ListSessions(database, clock).ofPatient()));
  }

  private List<Route> clinic() {
    AlertThresholds thresholds = new AlertThresholds(database);
    ExerciseFigures exercises = new ExerciseFigures(database, clock);
    PlayingNow playing = new PlayingNow(database, clock);
    PreviewThresholds previews = new PreviewThresholds(database, clock);
    String preview = "/v1/clinic/alert-thresholds/preview";
    return List.of(
        new Route(
            Method.GET,
            "/v1/clinic/exercises/{slug}/drop-off",
            STAFF,
            new GetDropOff(database, clock)),
        new Route(Method.GET, "/v1/clinic/exercises", STAFF, exercises.list()),
        new Route(Method.GET, "/v1/clinic/exercises/{slug}/heatmap", STAFF, exercises.heatMap()),
        new Route(Method.GET, preview, ADMINS, previews.ofPresent()),
        new Route(Method.POST, preview, ADMINS, previews),
        new Route(
            Method.GET, "/v1/clinic/video-health", ADMINS, new GetVideoHealth(database, clock)),
        new Route(Method.GET, "/v1/clinic/adherence", ADMINS, new GetAdherence(database, clock)),
        new Route(Method.GET, "/v1/clinic/playing", ADMINS, playing.get()),
        new Route(Method.GET, "/v1/clinic/playing/stream", ADMINS, playing.stream()),
        new Route(Method.GET, "/v1/clinic/alert-thresholds", ADMINS, thresholds.get()),
        new Route(Method.PUT, "/v1/clinic/alert-thresholds", ADMINS, thresholds.put()));
  }

  private List<Route> automations() {
    String one = "/v1/automations/{id}";
    return List.of(
        new Route(Method.GET, "/v1/automations", STAFF, new ListAutomations(database)),
        new Route(Method.GET, "/v1/automations/stream", STAFF, new StreamAutomations(database)),
        new Route(Method.GET, one, STAFF, new GetAutomation(database, clock)),
        new Route(Method.POST, one + "/feedback", STAFF, new AnswerAutomation(database)),
        new Route(
            Method.POST, one + "/acknowledge", STAFF, ActOnAutomation.acknowledge(database, clock)),
        new Route(Method.POST, one + "/snooze", STAFF, ActOnAutomation.snooze(database, clock)),
        new Route(Method.POST, one + "/resolve", STAFF, ActOnAutomation.resolve(database, clock)),
        new Route(Method.POST, one + "/reopen", STAFF, ActOnAutomation.reopen(database, clock)));
  }

  private CatalogueAccess access() {
    return new CatalogueAccess(database, catalogue.admin());
  }

  /** Where callers of the platform see the renders of all organisations. */
  private Database platform() {
    return catalogue.admin().orElse(database);
  }

  private List<Route> exercises() {
    Set<Role> readers = Permission.EXERCISES_READ.roles();
    Set<Role> curators = Permission.EXERCISES_MANAGE.roles();
    String all = "/v1/admin/exercises";
    String one = all + "/{id}";
    ExerciseRoutes routes = new ExerciseRoutes(access());
    Set<Role> readersToo = Set.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN);
    return List.of(
        new Route(Method.GET, all, readers, routes.list()),
        new Route(Method.POST, all, curators, routes.create()),
        new Route(
            Method.POST,
            all + "/import",
            Permission.CATALOGUE_MANAGE.roles(),
            new ImportExercises(access(), catalogue.hosts())),
        new Route(Method.GET, one, readers, routes.get()),
        new Route(Method.PATCH, one, curators, routes.change()),
        new Route(
            Method.GET, one + "/bundle", readers, new GetBundle(access(), catalogue.bundles())),
        new Route(
            Method.POST,
            one + "/publish",
            curators,
            new PublishExercise(access(), catalogue.bundles())),
        new Route(
            Method.POST,
            all + "/{slug}/asset-version/bump",
            Permission.CATALOGUE_MANAGE.roles(),
            new BumpAssetVersion(access(), catalogue.bundles())),
        new Route(Method.POST, one + "/unpublish", curators, routes.step(Lifecycle.Step.UNPUBLISH)),
        new Route(Method.POST, one + "/archive", curators, routes.step(Lifecycle.Step.ARCHIVE)),
        new Route(Method.POST, one + "/restore", curators, routes.step(Lifecycle.Step.RESTORE)),
        new Route(Method.POST, one + "/merge", curators, routes.merge()),
        new Route(
            Method.GET,
            "/v1/portal/exercises",
            readersToo,
            new ListPortalExercises(database, catalogue.hosts())),
        new Route(Method.GET, "/v1/portal/vocabulary", readersToo, new GetVocabulary(database)));
  }

  private List<Route> workouts() {
    Set<Role> prescribers = Set.of(Role.SPECIALIST, Role.SERVICE);
    Set<Role> staff = Set.of(Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SERVICE);
    Set<Role> all = Set.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SERVICE);
    Set<Role> doers = Set.of(Role.PATIENT, Role.SPECIALIST, Role.SERVICE);
    String one = "/v1/workouts/{id}";
    WorkoutRoutes routes =
        new WorkoutRoutes(database, catalogue.bundles(), catalogue.hosts(), clock);
    return List.of(
        new Route(Method.POST, "/v1/workouts", prescribers, routes.prescribe()),
        new Route(Method.GET, "/v1/workouts", all, routes.list()),
        new Route(Method.GET, one, all, routes.get()),
        new Route(Method.GET, one + "/readiness", staff, routes.readiness()),
        new Route(Method.GET, one + "/readiness/stream", staff, new StreamWorkouts(database)),
        new Route(Method.POST, one + "/retry", prescribers, routes.retry()),
        new Route(Method.POST, one + "/release", prescribers, routes.release()),
        new Route(Method.POST, one + "/complete", doers, routes.complete()),
        new Route(Method.POST, one + "/cancel", prescribers, routes.cancel()),
        new Route(
            Method.PUT,
            one + "/exercises/{position}/progress",
            Set.of(Role.PATIENT),
            new PutProgress(database)),
        new Route(
            Method.GET,
            "/v1/portal/today",
            Set.of(Role.PATIENT),
            new GetToday(database, catalogue.hosts(), clock)));
  }

  private List<Route> personalVideos() {
    Set<Role> specialists = Set.of(Role.SPECIALIST);
    String all = "/v2/personalized-exercise-videos";
    String one = all + "/{id}";
    PersonalVideoRoutes routes =
        new PersonalVideoRoutes(database, catalogue.personalVideos(), clock);
    OwnExerciseRoutes exercises = new OwnExerciseRoutes(access());
    return List.of(
        new Route(Method.GET, all + "/patients", specialists, routes.patients()),
        new Route(Method.POST, all + "/upload-url", specialists, routes.create()),
        new Route(Method.GET, all + "/current", specialists, routes.current()),
        new Route(Method.GET, one, specialists, routes.get()),
        new Route(Method.POST, one + "/upload-url", specialists, routes.address()),
        new Route(Method.POST, one + "/upload-complete", specialists, routes.complete()),
        new Route(Method.GET, "/v2/exercises", specialists, exercises.search()),
        new Route(Method.POST, "/v2/exercises", specialists, exercises.create()),
        new Route(
            Method.GET,
            "/v2/workouts/patient-upcoming",
            Set.of(Role.PATIENT),
            new GetUpcoming(database, catalogue.hosts(), clock)));
  }

  private List<Route> renders() {
    Set<Role> callers = Set.of(Role.SERVICE, Role.SPECIALIST);
    Set<Role> followers = Set.of(Role.SERVICE, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SUPERADMIN);
    Set<Role> people = Set.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SUPERADMIN);
    StreamRenders streams = new StreamRenders(database);
    return List.of(
        new Route(
            Method.GET,
            "/v1/videos/{id}/playback",
            people,
            new GetPlayback(database, platform(), catalogue.hosts())),
        new Route(
            Method.GET,
            "/v1/videos/personal/{id}/playback",
            Set.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN),
            new GetPersonalPlayback(database, catalogue.hosts())),
        new Route(
            Method.GET, "/v1/exercises/{slug}/renders/lookup", callers, new LookUpRender(database)),
        new Route(Method.GET, "/v1/renders/stream", followers, streams.ofAll()),
        new Route(Method.GET, "/v1/renders/{id}/stream", followers, streams.ofOne()),
        new Route(
            Method.POST,
            "/v1/admin/exercises/{slug}/renders",
            PLATFORM,
            new OrderRender(platform())),
        new Route(Method.GET, "/v1/admin/renders", PLATFORM, new ListRenders(platform())),
        new Route(
            Method.POST, "/v1/admin/renders/{id}/retry", PLATFORM, new RetryRender(platform())));
  }

  private List<Route> bulks() {
    String one = "/v1/admin/renders/bulk/{id}";
    BulkRoutes bulks = new BulkRoutes(platform(), clock);
    return List.of(
        new Route(Method.POST, "/v1/admin/renders/bulk", PLATFORM, bulks.order()),
        new Route(Method.GET, one, PLATFORM, bulks.get()),
        new Route(Method.GET, one + "/stream", PLATFORM, new StreamRenders(platform()).ofBulk()),
        new Route(Method.POST, one + "/cancel", PLATFORM, bulks.cancel()));
  }

  private List<Route> webhooks() {
    Set<Role> subscribers = Set.of(Role.SUPERADMIN, Role.SERVICE);
    WebhookRoutes routes = new WebhookRoutes(new Webhooks(database), webhookSecrets);
    String one = "/v1/webhooks/{id}";
    return List.of(
        new Route(Method.GET, "/v1/webhooks", subscribers, routes.list()),
        new Route(Method.POST, "/v1/webhooks", subscribers, routes.subscribe()),
        new Route(Method.DELETE, one, subscribers, routes.unsubscribe()),
        new Route(Method.GET, one + "/deliveries", subscribers, routes.deliveries()),
        new Route(
            Method.POST,
            one + "/deliveries/{delivery}/redeliver",
            subscribers,
            routes.redeliver()));
  }

  private List<Route> hosts() {
    ProviderCredentials credentials = providers.credentials();
    VideoReady videoReady =
        new VideoReady(credentials, new PersonalVideos(database)::wake, providers.counts(), clock);
    return new ProviderRoutes(credentials, catalogue.admin(), videoReady).routes();
  }

  private List<Route> people() {
    Set<Role> admins = Set.of(Role.SUPERADMIN, Role.CLINIC_ADMIN);
    String one = "/v1/admin/organizations/{id}";
    String link = one + "/care-links/{patient}/{specialist}";
    OrganizationRoutes organizations = new OrganizationRoutes(database);
    PeopleRoutes people = new PeopleRoutes(database);
    CareLinkRoutes links = new CareLinkRoutes(database);
    FeatureRoutes features = new FeatureRoutes(database);
    return List.of(
        new Route(Method.GET, one, admins, organizations.get()),
        new Route(Method.PUT, one, admins, organizations.put()),
        new Route(Method.GET, one + "/people", admins, people.list()),
        new Route(Method.PUT, one + "/people/{person}", admins, people.put()),
        new Route(Method.GET, one + "/care-links", admins, links.list()),
        new Route(Method.PUT, link, admins, links.begin()),
        new Route(Method.DELETE, link, admins, links.end()),
        new Route(Method.GET, one + "/features", admins, features.list()),
        new Route(Method.PUT, one + "/features/{feature}", admins, features.put()),
        new Route(Method.GET, "/v1/audit", admins, new ListAudit(database, clock)));
  }

  /** Who the caller is, and what patients decide and get for themselves. */
  private List<Route> mine() {
    Set<Role> patients = Set.of(Role.PATIENT);
    Set<Role> people = Set.of(Role.PATIENT, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SUPERADMIN);
    Me me = new Me(database);
    MyConsents consents = new MyConsents(database);
    return List.of(
        new Route(Method.GET, "/v1/me", people, me.get()),
        new Route(Method.PUT, "/v1/me", people, me.put()),
        new Route(Method.GET, "/v1/me/consents/{purpose}", patients, consents.get()),
        new Route(Method.PUT, "/v1/me/consents/{purpose}", patients, consents.put()),
        new Route(Method.POST, "/v1/me/export", patients, new MyExport(database, clock)));
  }

  private List<Route> jobs() {
    return List.of(new Route(Method.GET, "/v1/admin/jobs", PLATFORM, new ListJobs(database)));
  }

  /** The pages, which learn from {@code /settings.json} where the gateway is. */
  Pages pages(CoreApiConfig.PageOrigins origins) {
    return Pages.of(
        "core-api",
        "pages",
        origins.videos().stream().map(URI::toString).toList(),
        programs(origins),
        WEBJAR_FILES);
  }

  private static Map<String, String> programs(CoreApiConfig.PageOrigins origins) {
    Map<String, String> programs = new LinkedHashMap<>();
    programs.put("gateway", origins.gateway().toString());
    origins.uploads().ifPresent(store -> programs.put("uploads", store.toString()));
    return programs;
  }
}
