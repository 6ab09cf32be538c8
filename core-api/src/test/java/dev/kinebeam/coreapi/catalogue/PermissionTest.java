package dev.kinebeam.coreapi.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.testing.Contract;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The document names the permission of each route of the catalogue, and its roles have it. */
class PermissionTest {
  private static final Map<String, Permission> BY_CODE =
      Arrays.stream(Permission.values())
          .collect(Collectors.toMap(Permission::code, Function.identity()));

  @Test
  void everyRouteOfTheCatalogueNamesItsPermission() {
    Set<String> named = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path :
        Contract.of("core-api").document().path("paths").properties()) {
      boolean ofCatalogue =
          path.getKey()
              .matches("/v1/admin/exercise(s|s/import|s/\\{id}.*|s/\\{slug}/asset-version.*|-.*)");
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String what = operation.getKey() + " " + path.getKey();
        JsonNode code = operation.getValue().path("x-permission");
        assertThat(code.isTextual()).as(what).isEqualTo(ofCatalogue);
        if (ofCatalogue) {
          named.add(code.asText());
          String summary = operation.getValue().path("summary").asText();
          for (Role role : Role.values()) {
            assertThat(summary.contains(role.claim()))
                .as("%s: %s", what, role.claim())
                .isEqualTo(BY_CODE.get(code.asText()).roles().contains(role));
          }
        }
      }
    }
    assertThat(named).isEqualTo(BY_CODE.keySet());
  }
}
