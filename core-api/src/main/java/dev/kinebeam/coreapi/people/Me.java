package dev.kinebeam.coreapi.people;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Locales;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.catalog.people.PersonRole;
import dev.kinebeam.catalog.people.Registry;
import dev.kinebeam.catalog.people.Registry.PersonForm;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET} and {@code PUT /v1/me}: who the caller is, in which organization and language. Pages
 * begin with it.
 */
public record Me(Database database) {
  private static final String DEFAULT_LOCALE = "en";

  private static final String PERSON =
      "SELECT role, display_name, locale FROM people WHERE person_id = :person AND active";

  private static final String PLATFORM_PERSON =
      "SELECT 'superadmin' AS role, display_name, locale FROM platform_people"
          + " WHERE person_id = :person";

  private static final String FEATURES =
      "SELECT feature FROM organization_features WHERE enabled ORDER BY feature";

  /**
   * The caller.
   *
   * @param locale the person's, or else the organization's
   * @param organization null: a superadmin
   */
  private record View(
      UUID personId,
      String displayName,
      String role,
      String locale,
      @JsonInclude @Nullable OrganizationView organization,
      List<String> features) {}

  private record OrganizationView(UUID orgId, String name, String timeZone, String locale) {
    static OrganizationView of(Organization found) {
      return new OrganizationView(
          found.id(), found.name(), found.timeZone().getId(), found.locale());
    }
  }

  private record Person(String role, String name, Optional<String> locale) {}

  /** {@code GET}. */
  public Route.Handler get() {
    return (call, caller) -> Reply.json(200, view(caller));
  }

  /** {@code PUT {"locale": "ro"}}: the language of the person. */
  public Route.Handler put() {
    return (call, caller) -> {
      BodyFields fields = BodyFields.of(call, Set.of("locale"));
      fields.require("locale");
      Optional<String> locale = fields.word("locale", Locales.FORM, Locales::parse);
      fields.check("The language cannot be set.");
      if (isOfThePlatform(caller)) {
        database.inTransaction(handle -> enterPlatformPerson(handle, caller, locale.orElseThrow()));
      } else {
        database.inOrg(
            caller.orgId(),
            handle -> {
              Person person = person(handle, PERSON, caller).orElseThrow(Me::notEntered);
              return new Registry(handle, caller.subject().toString())
                  .person(
                      caller.orgId(),
                      caller.subject(),
                      new PersonForm(
                          Words.read(PersonRole.class, person.role),
                          person.name,
                          Optional.empty(),
                          locale));
            });
      }
      return Reply.json(200, view(caller));
    };
  }

  private View view(Principal caller) throws Problem {
    return isOfThePlatform(caller)
        ? database.inTransaction(handle -> ofThePlatform(handle, caller))
        : database.inOrg(caller.orgId(), handle -> ofAnOrganization(handle, caller));
  }

  private static boolean isOfThePlatform(Principal caller) {
    return caller.role() == Role.SUPERADMIN;
  }

  private static View ofThePlatform(Handle handle, Principal caller) {
    Person person =
        person(handle, PLATFORM_PERSON, caller)
            .orElse(new Person(caller.role().claim(), "Superadmin", Optional.empty()));
    return new View(
        caller.subject(),
        person.name,
        person.role,
        person.locale.orElse(DEFAULT_LOCALE),
        null,
        List.of());
  }

  private static View ofAnOrganization(Handle handle, Principal caller) throws Problem {
    Person person = person(handle, PERSON, caller).orElseThrow(Me::notEntered);
    Organization organization =
        Organization.find(handle, caller.orgId()).orElseThrow(Me::notEntered);
    return new View(
        caller.subject(),
        person.name,
        person.role,
        person.locale.orElse(organization.locale()),
        OrganizationView.of(organization),
        handle.createQuery(FEATURES).mapTo(String.class).list());
  }

  private static int enterPlatformPerson(Handle handle, Principal caller, String locale) {
    handle
        .createUpdate(
            "INSERT INTO platform_people (person_id) VALUES (:person) ON CONFLICT DO NOTHING")
        .bind("person", caller.subject())
        .execute();
    return handle
        .createUpdate("UPDATE platform_people SET locale = :locale WHERE person_id = :person")
        .bind("person", caller.subject())
        .bind("locale", locale)
        .execute();
  }

  private static Optional<Person> person(Handle handle, String question, Principal caller) {
    return handle
        .createQuery(question)
        .bind("person", caller.subject())
        .map(
            (row, context) ->
                new Person(
                    row.getString("role"),
                    row.getString("display_name"),
                    Optional.ofNullable(row.getString("locale"))))
        .findOne();
  }

  private static Problem notEntered() {
    return Problem.of(404, "You are not entered in your organization, or are deactivated there.");
  }
}
