package dev.kinebeam.gateway.render;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Exercises.Exercise;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOrders;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.LimitedBody;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/compose}, the composer's contract. A render that is ready is answered at once
 * (200). Another is ordered, which is durable from then on, and waited for: up to 15 s, or what
 * {@code Prefer: wait=N} says, or not at all with {@code Prefer: respond-async}. One that is not
 * ready by then is named (202, with its Location). A recipe that the exercise cannot serve is
 * refused before it costs anything. Two requests for one render order once.
 */
public final class Compose implements Route.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Compose.class);
  private static final int MAX_BYTES = 64 * 1024;
  private static final Duration USUAL_WAIT = Duration.ofSeconds(15);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Pattern ASYNC = Pattern.compile("(?:^|[,;\\s])respond-async(?:$|[,;\\s])");
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*(\\d{1,4})\\b");
  private static final int RETRY_SECONDS = 5;

  private final Exercises exercises;
  private final Bundles bundles;
  private final RenderOrders orders;
  private final RenderWait wait;
  private final PlaybackAddress playback;

  public Compose(
      Exercises exercises,
      Bundles bundles,
      RenderOrders orders,
      RenderWait wait,
      PlaybackAddress playback) {
    this.exercises = exercises;
    this.bundles = bundles;
    this.orders = orders;
    this.wait = wait;
    this.playback = playback;
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Exception {
    ComposeOrder order = order(LimitedBody.read(call, MAX_BYTES), caller);
    Optional<String> prefer = call.header("Prefer");
    Duration timeout = timeout(prefer);
    Render ordered = orders.request(order, RenderLane.INTERACTIVE, caller.organisation());
    Render render = wait.await(ordered, timeout, caller.organisation());
    Reply reply =
        switch (render.status()) {
          case READY -> Reply.json(200, RenderView.of(render, playback));
          case QUEUED, RENDERING ->
              Reply.json(202, RenderView.of(render, playback))
                  .with("Location", "/v1/renders/" + render.renderId())
                  .with("Retry-After", "2");
          case FAILED -> throw failure(render);
        };
    return prefer.isPresent() ? reply.with("Preference-Applied", applied(timeout)) : reply;
  }

  private ComposeOrder order(byte[] body, Principal caller) throws Problem {
    Recipe.Parsed parsed = Recipe.parse(body);
    if (parsed instanceof Recipe.Invalid invalid) {
      throw refusal(invalid.errors());
    }
    Recipe recipe = ((Recipe.Valid) parsed).recipe();
    Exercise exercise =
        exercises
            .find(recipe.exercise(), caller.organisation())
            .filter(found -> found.kind() == Exercises.Kind.REPS_BASED)
            .orElseThrow(() -> unknown(recipe.exercise()));
    Bundle bundle = bundle(recipe.exercise());
    List<FieldError> errors = bundle.check(recipe);
    if (!errors.isEmpty()) {
      throw refusal(errors);
    }
    return new ComposeOrder(recipe.in(bundle.languageOf(recipe)), exercise.assetVersion(), false);
  }

  private Bundle bundle(String exercise) throws Problem {
    try {
      return bundles.find(exercise);
    } catch (Bundles.UnusableException e) {
      throw refusal(List.of(e.error()));
    } catch (IOException e) {
      LOG.warn("the primitives of {} cannot be listed: {}", exercise, e.getMessage(), e);
      throw Problem.unavailable("The exercise's primitives cannot be listed now.", RETRY_SECONDS);
    }
  }

  private static Problem unknown(String exercise) {
    return refusal(
        List.of(
            new FieldError(
                "exercise",
                "unknown_exercise",
                "there is no exercise " + exercise + " to compose")));
  }

  private static Problem refusal(List<FieldError> errors) {
    return Problem.invalid(400, "This recipe cannot be composed.", errors);
  }

  private static Problem failure(Render render) {
    FieldError error =
        new FieldError("", "render_failed", render.error().orElse("no reason given"));
    return Problem.invalid(502, "The render failed; asking again tries again.", List.of(error))
        .withHeader("Location", "/v1/renders/" + render.renderId());
  }

  private static Duration timeout(Optional<String> prefer) {
    String asked = prefer.orElse("");
    Matcher wait = WAIT.matcher(asked);
    if (!wait.find()) {
      return ASYNC.matcher(asked).find() ? Duration.ZERO : USUAL_WAIT;
    }
    Duration seconds = Duration.ofSeconds(Integer.parseInt(wait.group(1)));
    return seconds.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : seconds;
  }

  private static String applied(Duration timeout) {
    return timeout.isZero() ? "respond-async" : "wait=" + timeout.toSeconds();
  }
}
