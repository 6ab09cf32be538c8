package dev.kinebeam.render.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderResult;
import dev.kinebeam.schemas.render.RequestedOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The recipe, the order and the result that docs/rendering.md shows are what this code reads. */
class DocumentedOrdersTest {
  private static final Path DOCUMENT = Path.of("../docs/rendering.md");

  private static JsonNode shown(String what) throws IOException {
    Matcher block =
        Pattern.compile("(?ms)^```json " + what + "\\n(.*?)^```$")
            .matcher(Files.readString(DOCUMENT, UTF_8));
    assertThat(block.find()).as(what).isTrue();
    return Json.MAPPER.readTree(block.group(1));
  }

  private static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void theRecipeIsWholeAndValid() throws IOException {
    JsonNode shown = shown("recipe");
    assertThat(Recipe.parse(Json.bytes(shown)))
        .isInstanceOfSatisfying(
            Recipe.Valid.class,
            valid ->
                assertThat(new String(Json.bytes(valid.recipe().toJson()), UTF_8))
                    .isEqualTo(new String(Json.bytes(shown), UTF_8)));
  }

  @Test
  void theOrderIsWholeAndValid() throws IOException {
    JsonNode shown = shown("order");
    ComposeOrder.Parsed parsed = ComposeOrder.parse(Json.bytes(shown));
    assertThat(parsed).isInstanceOf(ComposeOrder.Valid.class);
    RequestedOrder order = ((ComposeOrder.Valid) parsed).order();
    assertThat(order.namesItsKey()).isTrue();
    assertThat(fields(Json.MAPPER.readTree(order.forced().with("", 0).encode())))
        .containsAll(fields(shown))
        .contains("asset_version", "force");
  }

  @Test
  void theResultHasEveryFieldOfAReadyOne() throws IOException {
    JsonNode shown = shown("result");
    RenderResult result = Json.MAPPER.treeToValue(shown, RenderResult.class);
    assertThat(fields(shown))
        .containsExactlyInAnyOrderElementsOf(fields(Json.MAPPER.valueToTree(result)))
        .hasSize(15)
        .doesNotContain("error");
  }
}
