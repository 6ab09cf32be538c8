package dev.kinebeam.localstack.bunny;

import com.sun.net.httpserver.HttpExchange;
import dev.kinebeam.localstack.standin.HttpCall;
import java.io.IOException;
import java.util.List;

/** One call of Bunny's API, below {@code /library/{id}}. */
final class ApiCall extends HttpCall {
  ApiCall(HttpExchange exchange) {
    super(exchange);
  }

  /**
   * The path's parts after {@code /library/{id}}: {@code videos} or {@code collections}, and
   * perhaps an id.
   */
  List<String> resource() {
    return path().size() <= 2 ? List.of() : path().subList(2, path().size());
  }

  String libraryId() {
    return path().size() > 1 ? path().get(1) : "";
  }

  /** Bunny's envelope for calls that return nothing else. */
  void answerStatus(int status, String message) throws IOException {
    answer(status, new StatusMessage(status / 100 == 2, message, status));
  }

  private record StatusMessage(boolean success, String message, int statusCode) {}
}
