package dev.kinebeam.coreapi.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.db.Webhooks;
import dev.kinebeam.catalog.db.Webhooks.Delivery;
import dev.kinebeam.catalog.db.Webhooks.Subscription;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/webhooks}: who receives which events. A caller of an organisation sees its own
 * subscriptions, one of the platform the platform's.
 */
public final class WebhookRoutes {
  private static final int LONGEST_URL = 2_000;
  private static final int MOST_SUBSCRIPTIONS = 50;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;

  private final Webhooks webhooks;
  private final Optional<WebhookSecrets> secrets;

  /**
   * Routes.
   *
   * @param secrets empty where there are no webhooks: every registration is refused
   */
  public WebhookRoutes(Webhooks webhooks, Optional<WebhookSecrets> secrets) {
    this.webhooks = webhooks;
    this.secrets = secrets;
  }

  /**
   * A subscription as it is answered.
   *
   * @param secret in the answer to its registration only
   */
  private record SubscriptionView(
      UUID id, String url, List<String> events, String createdAt, @Nullable String secret) {
    static SubscriptionView of(Subscription one, @Nullable String secret) {
      return new SubscriptionView(
          one.id(), one.url(), one.events(), Rfc3339.text(one.createdAt()), secret);
    }

    @Override
    public String toString() {
      return "SubscriptionView[id=%s, url=%s]".formatted(id, Masked.address(url));
    }
  }

  private record DeliveryView(
      UUID id,
      String event,
      Webhooks.State state,
      int attempts,
      String createdAt,
      @Nullable String nextAttemptAt,
      @Nullable Integer lastStatus,
      @Nullable String lastError) {
    static DeliveryView of(Delivery one) {
      return new DeliveryView(
          one.id(),
          one.event(),
          one.state(),
          one.attempts(),
          Rfc3339.text(one.createdAt()),
          one.nextAttempt().map(Rfc3339::text).orElse(null),
          one.lastStatus().orElse(null),
          one.lastError().orElse(null));
    }
  }

  /** {@code GET /v1/webhooks}. */
  public Route.Handler list() {
    return (call, caller) ->
        Reply.json(
            200,
            Map.of(
                "webhooks",
                webhooks.subscriptions(caller.organisation()).stream()
                    .map(one -> SubscriptionView.of(one, null))
                    .toList()));
  }

  /** {@code POST /v1/webhooks} with {@code {"url", "events"}}: 201 with the secret. */
  public Route.Handler subscribe() {
    return this::subscribed;
  }

  private Reply subscribed(Call call, Principal caller) throws Problem, IOException {
    WebhookSecrets keys =
        secrets.orElseThrow(
            () ->
                Problem.of(
                    503,
                    "Webhooks are not set up here: the operator has to set " + WebhookSecrets.KEY));
    JsonNode body = JsonBody.read(call);
    List<FieldError> errors = new ArrayList<>();
    String url = body.path("url").asText("");
    if (!isAddress(url)) {
      errors.add(
          new FieldError(
              "url",
              "bad_format",
              "url is %s; it must be https://HOST[:PORT]/… without a user name"
                  .formatted(JsonBody.shown(body.path("url")))));
    }
    List<String> events = events(body.path("events"), errors);
    if (!errors.isEmpty()) {
      throw Problem.invalid(400, "This is not a subscription.", errors);
    }
    if (webhooks.subscriptions(caller.organisation()).size() >= MOST_SUBSCRIPTIONS) {
      throw Problem.of(
          409,
          "There are %d subscriptions, which is the most that there may be; delete one first."
              .formatted(MOST_SUBSCRIPTIONS));
    }
    Subscription made =
        webhooks
            .subscribe(caller.organisation(), url, events, caller.subject().toString())
            .orElseThrow(
                () ->
                    Problem.of(
                        409,
                        "The token's organization %s is not entered here; the operator enters it with './kinebeam org add'."
                            .formatted(caller.organisation().map(UUID::toString).orElse(""))));
    return Reply.json(201, SubscriptionView.of(made, keys.text(made.id())))
        .with("Location", "/v1/webhooks/" + made.id());
  }

  /** Whether it may be sent to is decided by the worker, each time that it is resolved. */
  private static boolean isAddress(String url) {
    try {
      URI address = URI.create(url);
      return url.length() <= LONGEST_URL
          && address.getScheme() != null
          && address.getScheme().matches("(?i)https?")
          && address.getHost() != null
          && address.getPort() != 0
          && address.getPort() <= 65_535
          && address.getRawUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> events(JsonNode given, List<FieldError> errors) {
    List<String> events = new ArrayList<>();
    given.forEach(event -> events.add(event.asText()));
    if (!given.isArray() || events.isEmpty() || !Webhooks.EVENTS.containsAll(events)) {
      errors.add(
          new FieldError(
              "events",
              "out_of_range",
              "events is %s; it must be a list of %s"
                  .formatted(JsonBody.shown(given), String.join(", ", Webhooks.EVENTS))));
    }
    return events.stream().distinct().toList();
  }

  /** {@code DELETE /v1/webhooks/{id}}: with its log. */
  public Route.Handler unsubscribe() {
    return (call, caller) -> {
      if (!webhooks.unsubscribe(caller.organisation(), call.pathId("id"))) {
        throw none();
      }
      return Reply.json(200, Map.of("deleted", true));
    };
  }

  /** {@code GET /v1/webhooks/{id}/deliveries?limit=}: the newest first. */
  public Route.Handler deliveries() {
    return new Deliveries();
  }

  private final class Deliveries implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("limit");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      Inputs inputs = new Inputs(call);
      int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
      inputs.check();
      List<Delivery> found =
          webhooks
              .deliveries(caller.organisation(), call.pathId("id"), limit)
              .orElseThrow(WebhookRoutes::none);
      return Reply.json(200, Map.of("deliveries", found.stream().map(DeliveryView::of).toList()));
    }
  }

  /** {@code POST /v1/webhooks/{id}/deliveries/{delivery}/redeliver}: at once, with all attempts. */
  public Route.Handler redeliver() {
    return (call, caller) -> {
      if (!webhooks.redeliver(caller.organisation(), call.pathId("id"), call.pathId("delivery"))) {
        throw Problem.of(404, "There is no such delivery.");
      }
      return Reply.json(202, Map.of("state", Webhooks.State.PENDING));
    };
  }

  private static Problem none() {
    return Problem.of(404, "There is no webhook with this id.");
  }
}
