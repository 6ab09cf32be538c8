package dev.kinebeam.localstack.cloudflare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.localstack.standin.JsonFiles;
import java.util.Map;

/**
 * An answer of the API, made before it is decided whether it is sent.
 *
 * @param body null = none
 */
record Reply(int status, Map<String, String> headers, ObjectNode body) {
  private static final int OK = 200;

  /** The envelope of what was done. */
  static Reply result(JsonNode result) {
    ObjectNode body = JsonFiles.MAPPER.createObjectNode();
    body.set("result", result);
    body.put("success", true);
    body.putArray("errors");
    body.putArray("messages");
    return new Reply(OK, Map.of(), body);
  }

  /** The envelope of what was not. */
  static Reply error(int status, String message) {
    ObjectNode body = JsonFiles.MAPPER.createObjectNode();
    body.putNull("result");
    body.put("success", false);
    body.putArray("errors").addObject().put("code", 10_000 + status).put("message", message);
    body.putArray("messages");
    return new Reply(status, Map.of(), body);
  }

  static Reply empty(int status, Map<String, String> headers) {
    return new Reply(status, headers, null);
  }
}
