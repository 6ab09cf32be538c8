package dev.kinebeam.coreapi;

import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.InterfaceChecks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The description of the interface says what the Core API does, and no more. */
@Tag("servers")
class OpenApiTest {
  private static TestCoreApi api;
  private static InterfaceChecks checks;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    checks =
        new InterfaceChecks(
            api, api.routes(), role -> Tokens.of(role, TestCoreApi.ORG, TestCoreApi.PATIENT));
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @Test
  void everyRouteIsDescribedWithItsRolesAndNoOther() throws Exception {
    checks.requireRoutesDescribed();
  }

  @Test
  void theDescriptionCanBeReadInABrowser() throws Exception {
    checks.requireDocsPage();
  }

  @Test
  void everyQueryParameterIsDescribedAndEveryOtherIsRefusedByName() throws Exception {
    checks.requireParametersDescribed();
  }
}
