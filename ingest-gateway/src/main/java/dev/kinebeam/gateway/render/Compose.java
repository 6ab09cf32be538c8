package dev.kinebeam.gateway.render;

import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Exercises.Exercise;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.gateway.log.EventLog;
import dev.kinebeam.gateway.log.EventLogUnavailableException;
import dev.kinebeam.gateway.log.LogRecord;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Topics;
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
 * (200); another is ordered and named (202, with its Location); {@code Prefer: wait=N} waits up to
 * N seconds for it. A recipe that the exercise cannot serve is refused before it costs anything.
 * Two requests for one render order once.
 */
public final class Compose implements Route.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Compose.class);
  private static final int MAX_BYTES = 64 * 1024;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*(\\d{1,4})\\b");
  private static final int RETRY_SECONDS = 5;

  private final Exercises exercises;
  private final Bundles bundles;
  private final ExerciseRenders renders;
  private final EventLog log;
  private final RenderWait wait;
  private final PlaybackAddress playback;

  public Compose(
      Exercises exercises,
      Bundles bundles,
      ExerciseRenders renders,
      EventLog log,
      RenderWait wait,
      PlaybackAddress playback) {
    this.exercises = exercises;
    this.bundles = bundles;
    this.renders = renders;
    this.log = log;
    this.wait = wait;
    this.playback = playback;
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Exception {
    ComposeOrder order = order(LimitedBody.read(call, MAX_BYTES));
    Duration timeout = timeout(call.header("Prefer"));
    Render render = wait.await(request(order), timeout);
    Reply reply =
        switch (render.status()) {
          case READY -> Reply.json(200, RenderView.of(render, playback));
          case QUEUED, RENDERING ->
              Reply.json(202, RenderView.of(render, playback))
                  .with("Location", "/v1/renders/" + render.renderId())
                  .with("Retry-After", "2");
          case FAILED -> throw failure(render);
        };
    return timeout.isZero()
        ? reply
        : reply.with("Preference-Applied", "wait=" + timeout.toSeconds());
  }

  private ComposeOrder order(byte[] body) throws Problem {
    Recipe.Parsed parsed = Recipe.parse(body);
    if (parsed instanceof Recipe.Invalid invalid) {
      throw refusal(invalid.errors());
    }
    Recipe recipe = ((Recipe.Valid) parsed).recipe();
    Exercise exercise =
        exercises
            .find(recipe.exercise())
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

  private Render request(ComposeOrder order) throws Problem {
    try {
      return renders.request(order, this::send);
    } catch (EventLogUnavailableException e) {
      LOG.warn("an order to compose is not durable: {}", e.getMessage());
      throw Problem.unavailable("The order could not be passed on; try again.", RETRY_SECONDS);
    }
  }

  private void send(ComposeOrder order) throws EventLogUnavailableException {
    log.append(
        List.of(
            LogRecord.of(Topics.COMPOSE_REQUESTS, order.renderId().toString(), order.encode())));
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
    Matcher wait = WAIT.matcher(prefer.orElse(""));
    if (!wait.find()) {
      return Duration.ZERO;
    }
    Duration wished = Duration.ofSeconds(Integer.parseInt(wait.group(1)));
    return wished.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wished;
  }
}
