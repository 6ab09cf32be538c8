package dev.kinebeam.coreapi.people;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Locales;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.catalog.people.Registry.OrganizationForm;
import dev.kinebeam.catalog.people.TimeZones;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET} and {@code PUT /v1/admin/organizations/{id}}: a clinic's name, time zone, language
 * and retention. A new zone has the weekly counts of its kept weeks counted again in it.
 */
public record OrganizationRoutes(Database database) {
  static final int LONGEST_NAME = 200;
  private static final int LONGEST_RETENTION = 1200;
  private static final Set<String> FIELDS =
      Set.of("name", "time_zone", "locale", "retention_months");

  /**
   * As it is answered.
   *
   * @param retentionMonths null: as long as the platform, {@code platformMonths}
   */
  private record View(
      UUID orgId,
      String name,
      String timeZone,
      String locale,
      @JsonInclude @Nullable Integer retentionMonths,
      int platformMonths) {}

  /** {@code GET}. */
  public Route.Handler get() {
    return (call, caller) ->
        Reply.json(200, AdminScope.of(database, call, caller, OrganizationRoutes::view));
  }

  /**
   * {@code PUT}: replaces all; {@code retention_months} may be left out or null. A superadmin
   * enters new ones.
   */
  public Route.Handler put() {
    return (call, caller) -> {
      BodyFields fields = BodyFields.of(call, FIELDS);
      fields.require("name", "time_zone", "locale");
      Optional<String> name = fields.text("name", LONGEST_NAME);
      OrganizationForm form =
          new OrganizationForm(
              name.orElse(""),
              fields.word("time_zone", TimeZones.FORM, TimeZones::parse).map(ZoneId::getId),
              fields.word("locale", Locales.FORM, Locales::parse),
              Optional.of(fields.number("retention_months", 1, LONGEST_RETENTION).orElse(0)));
      fields.check("The organization cannot be entered.");
      AdminScope.Work<View> enter =
          scope -> {
            scope.registry().organization(scope.id(), form);
            return view(scope);
          };
      return Reply.json(
          200,
          caller.role() == Role.SUPERADMIN
              ? AdminScope.ofAny(database, call, caller, enter)
              : AdminScope.of(database, call, caller, enter));
    };
  }

  private static View view(AdminScope scope) throws Problem {
    Organization found =
        Organization.find(scope.handle(), scope.id()).orElseThrow(AdminScope::none);
    int platform =
        scope
            .handle()
            .createQuery("SELECT session_months FROM media_retention")
            .mapTo(Integer.class)
            .one();
    return new View(
        found.id(),
        found.name(),
        found.timeZone().getId(),
        found.locale(),
        found.retentionMonths().orElse(null),
        platform);
  }
}
