package dev.kinebeam.coreapi.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.LimitedBody;
import dev.kinebeam.web.http.Problem;
import java.io.IOException;
import java.util.List;

/** A JSON object as a request's body, a small one where no limit is given. */
public final class JsonBody {
  private static final int MAX_BYTES = 16 * 1024;
  private static final int SHOWN = 100;

  private JsonBody() {}

  /**
   * The object.
   *
   * @throws Problem 400 when it is none, or as {@link LimitedBody} says
   */
  public static JsonNode read(Call call) throws Problem, IOException {
    return read(call, MAX_BYTES);
  }

  /** As {@link #read(Call)}, of up to so many bytes. */
  public static JsonNode read(Call call, int maxBytes) throws Problem, IOException {
    byte[] body = LimitedBody.read(call, maxBytes);
    JsonNode read;
    try {
      read = Json.MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      throw refusal("the body is not JSON: " + Json.reasonAndPlace(e));
    }
    if (!read.isObject()) {
      throw refusal("the body must be a JSON object");
    }
    return read;
  }

  /** A value as a message may show it. */
  public static String shown(JsonNode value) {
    if (value.isMissingNode()) {
      return "missing";
    }
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private static Problem refusal(String message) {
    return Problem.invalid(
        400, "The body cannot be read.", List.of(new FieldError("", "not_json", message)));
  }
}
