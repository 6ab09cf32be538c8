package dev.kinebeam.coreapi.providers;

import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.credentials.ProviderCredentials.ProviderState;
import dev.kinebeam.catalog.credentials.ProviderCredentials.SecretState;
import dev.kinebeam.catalog.credentials.ProviderCredentials.Source;
import dev.kinebeam.catalog.credentials.ProviderKeys;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.catalogue.CatalogueAccess;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/admin/providers}: the credentials of the services that host videos. Secrets are
 * written only: answers say which there are, where, and under which key, and no value.
 *
 * @param admin the login that may write them; empty where none is configured
 * @param videoReady takes what the services report
 */
public record ProviderRoutes(
    ProviderCredentials credentials, Optional<Database> admin, VideoReady videoReady) {
  private static final String PATH = "/v1/admin/providers";

  /**
   * A secret.
   *
   * @param variable the environment's name of it
   * @param keyId null: not in the database
   */
  private record SecretView(
      String name, String variable, Source source, @Nullable String keyId, boolean readable) {
    static SecretView of(SecretState state) {
      return new SecretView(
          state.secret().word(),
          state.secret().variable(),
          state.source(),
          state.keyId().orElse(null),
          state.readable());
    }
  }

  private record View(
      String provider,
      String host,
      Map<String, String> settings,
      List<SecretView> secrets,
      @Nullable String updatedAt,
      @Nullable String updatedBy) {
    static View of(ProviderState state) {
      return new View(
          state.provider().word(),
          state.provider().host(),
          state.settings(),
          state.secrets().stream().map(SecretView::of).toList(),
          state.updatedAt().map(Rfc3339::text).orElse(null),
          state.updatedBy().orElse(null));
    }

    /** Without the settings. */
    @Override
    public String toString() {
      return "provider " + provider + " at " + host;
    }
  }

  private record Answer(String environment, List<String> keyIds, List<View> providers) {}

  /** All of them. */
  public List<Route> routes() {
    Set<Role> platform = Set.of(Role.SUPERADMIN);
    return List.of(
        new Route(Method.GET, PATH, platform, get()),
        new Route(Method.PUT, PATH, platform, put()),
        Route.open(Method.POST, "/webhooks/video-ready/{provider}", videoReady));
  }

  /** {@code GET}: every provider that there is. */
  private Route.Handler get() {
    return (call, caller) -> Reply.json(200, answer());
  }

  /**
   * {@code PUT} with {@code {"provider", "settings", "secrets"}}: replaces the settings, sets the
   * secrets that are named, and removes those that are null.
   */
  private Route.Handler put() {
    return (call, caller) -> {
      ProviderCredentials.Change change = ProviderForm.read(call);
      Database writes =
          admin.orElseThrow(
              () -> notHere(CatalogueAccess.ADMIN_USER + " to a login in kinebeam_admin"));
      if (credentials.keyIds().isEmpty()) {
        throw notHere(ProviderKeys.VARIABLE + " to 32 random bytes in Base64");
      }
      credentials.change(writes, caller.subject().toString(), change);
      return Reply.json(200, answer());
    };
  }

  private Answer answer() {
    return new Answer(
        credentials.environment(),
        credentials.keyIds(),
        credentials.states().stream().map(View::of).toList());
  }

  private static Problem notHere(String remedy) {
    return Problem.of(
        503, "Credentials cannot be changed here: the operator has to set %s.".formatted(remedy));
  }
}
