package dev.kinebeam.coreapi.rights;

import dev.kinebeam.catalog.people.Feature;
import dev.kinebeam.web.http.Problem;
import org.jdbi.v3.core.Handle;

/** What the organization that the running transaction speaks for has switched on. */
public final class Features {
  private Features() {}

  /** Whether it is on. */
  public static boolean isOn(Handle handle, Feature feature) {
    return handle
        .createQuery(
            "SELECT EXISTS (SELECT FROM organization_features"
                + " WHERE feature = :feature AND enabled)")
        .bind("feature", feature.word())
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * Passes when it is on.
   *
   * @throws Problem 404: what an organization has not switched on is not there for it
   */
  public static void require(Handle handle, Feature feature) throws Problem {
    if (!isOn(handle, feature)) {
      throw Problem.of(
          404, "Your organization has not switched " + feature.word() + " on; its routes are off.");
    }
  }
}
