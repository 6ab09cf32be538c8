package dev.kinebeam.schemas.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * An order to compose, with everything that its render's key is made of: the value of a record of
 * {@code compose-requests} and a line of an orders file, which may leave some out ({@link
 * RequestedOrder}).
 *
 * @param recipe with its language named
 * @param assetVersion of the exercise when the order was given
 * @param force compose again though the render is ready
 */
public record ComposeOrder(Recipe recipe, int assetVersion, boolean force) {
  /**
   * By the ids of the renders, as the database orders them: whoever locks several renders takes
   * them in this order. That of {@link UUID#compareTo} is another, since it is signed.
   */
  public static final Comparator<ComposeOrder> BY_RENDER =
      Comparator.comparing(order -> order.renderId().toString());

  /** What {@link #encode} writes beside the recipe. */
  private static final List<String> FIELDS = List.of("asset_version", "force", "render_id");

  /** The verdict over an order's JSON. */
  public sealed interface Parsed {}

  /** Well formed. */
  public record Valid(RequestedOrder order) implements Parsed {}

  /** Everything that is wrong, never empty. */
  public record Invalid(List<FieldError> errors) implements Parsed {}

  public RenderKey key() {
    return RenderKey.of(recipe, assetVersion);
  }

  public UUID renderId() {
    return key().renderId();
  }

  /** The recipe's fields with {@code render_id}, {@code asset_version} and {@code force} beside. */
  public byte[] encode() {
    ObjectNode json = recipe.toJson();
    json.put("render_id", renderId().toString());
    json.put("asset_version", assetVersion);
    if (force) {
      json.put("force", true);
    }
    return Json.bytes(json);
  }

  /**
   * Reads an order; {@code language} and {@code asset_version} may be left out. A field that is
   * neither a recipe's nor written by {@link #encode} is refused.
   */
  public static Parsed parse(byte[] json) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      // One line, so that its column is enough.
      return notJson(Json.reasonAndPlace(e).replace("line 1, column", "column"));
    } catch (IOException e) {
      return notJson(String.valueOf(e.getMessage()));
    }
    if (root == null || !root.isObject()) {
      return invalid("", "wrong_type", "an order must be a JSON object, whole on one line");
    }
    Recipe.Parsed parsed = new RecipeReader(root, "an order", FIELDS).read();
    if (parsed instanceof Recipe.Invalid invalid) {
      return new Invalid(invalid.errors());
    }
    return parse(root, ((Recipe.Valid) parsed).recipe());
  }

  private static Parsed parse(JsonNode root, Recipe recipe) {
    JsonNode version = root.path("asset_version");
    boolean given = !version.isMissingNode() && !version.isNull();
    if (given
        && (!version.isIntegralNumber() || !version.canConvertToInt() || version.intValue() < 1)) {
      return invalid(
          "asset_version",
          "out_of_range",
          "asset_version is " + version + "; it must be a whole number of 1 or more");
    }
    JsonNode force = root.path("force");
    if (!force.isBoolean() && !force.isMissingNode() && !force.isNull()) {
      return invalid("force", "wrong_type", "force is " + force + "; it must be true or false");
    }
    return new Valid(
        new RequestedOrder(recipe, given ? version.intValue() : null, force.booleanValue()));
  }

  private static Invalid notJson(String reason) {
    return invalid(
        "",
        "not_json",
        "an order must be a JSON object, whole on one line; this is not: " + reason);
  }

  private static Invalid invalid(String field, String code, String message) {
    return new Invalid(List.of(new FieldError(field, code, message)));
  }
}
