package dev.kinebeam.localstack.bunny;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.kinebeam.localstack.bunny.Faults.Fault;
import dev.kinebeam.localstack.standin.ApiFailure;
import dev.kinebeam.localstack.standin.JsonFiles;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /library/{id}/…}: checks the key, finds the route, and turns failures into Bunny's
 * envelope.
 */
final class ApiHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);

  private final BunnySettings settings;
  private final VideoRoutes videos;
  private final CollectionRoutes collections;
  private final Faults faults;
  private final HostileAnswers hostile = new HostileAnswers();

  ApiHandler(
      BunnySettings settings, VideoRoutes videos, CollectionRoutes collections, Faults faults) {
    this.settings = settings;
    this.videos = videos;
    this.collections = collections;
    this.faults = faults;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      ApiCall call = new ApiCall(exchange);
      try {
        admit(call);
        if (!hostile(call)) {
          route(call);
        }
      } catch (ApiFailure failure) {
        call.answerStatus(failure.status(), failure.getMessage());
      } catch (RuntimeException broken) {
        LOG.error("{} {} failed", call.method(), exchange.getRequestURI().getPath(), broken);
        call.answerStatus(ApiCall.BROKEN, "the video host failed: " + broken.getMessage());
      }
    }
  }

  private void admit(ApiCall call) throws ApiFailure, IOException {
    if (!Signatures.same(settings.apiKey(), call.header("AccessKey"))) {
      throw new ApiFailure(ApiCall.UNAUTHORIZED, "the AccessKey header is missing or wrong");
    }
    if (!call.libraryId().equals(Long.toString(settings.libraryId()))) {
      throw new ApiFailure(ApiCall.NOT_FOUND, "there is no library " + call.libraryId());
    }
    if (!isOfFaults(call) && faults.next(Fault.FAIL_CALL)) {
      call.drain();
      throw new ApiFailure(faults.status(), "a fault that was ordered");
    }
  }

  private static boolean isOfFaults(ApiCall call) {
    return call.resource().equals(List.of("faults"));
  }

  /** Whether the call was answered as a fault has it. */
  private boolean hostile(ApiCall call) throws IOException {
    if (!call.method().equals("GET") || isOfFaults(call)) {
      return false;
    }
    if (faults.next(Fault.FLOOD)) {
      hostile.flood(call.exchange());
      return true;
    }
    if (faults.next(Fault.MALFORMED)) {
      hostile.malformed(call.exchange());
      return true;
    }
    return false;
  }

  private void route(ApiCall call) throws ApiFailure, IOException {
    List<String> resource = call.resource();
    String kind = resource.isEmpty() ? "" : resource.get(0);
    if (resource.size() == 1) {
      switch (kind) {
        case "videos" -> videos.handleAll(call);
        case "collections" -> collections.handleAll(call);
        case "faults" -> orderFaults(call);
        default -> throw new ApiFailure(ApiCall.NOT_FOUND, "there is no " + kind);
      }
    } else if (resource.size() == 2 && kind.equals("videos")) {
      videos.handleOne(call, resource.get(1));
    } else if (resource.size() == 2 && kind.equals("collections")) {
      collections.handleOne(call, resource.get(1));
    } else {
      throw new ApiFailure(ApiCall.NOT_FOUND, "there is no such route");
    }
  }

  /** Not part of Bunny's API: lets tests see how clients take misbehaviour. */
  private void orderFaults(ApiCall call) throws ApiFailure, IOException {
    faults.order(JsonFiles.MAPPER.treeToValue(call.json(), Faults.Order.class));
    call.answerStatus(ApiCall.OK, "OK");
  }
}
