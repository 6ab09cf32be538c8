package dev.kinebeam.coreapi.portal;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/portal/exercises}: published exercises with a preview that can be played, those
 * for all and those of the patient's organisation. Names, texts and the preview are in the language
 * that the request names or its {@code Accept-Language} favours; where there is none, the preview
 * is the exercise's first, and each answer says which language it is in. Addresses are signed.
 */
public record ListPortalExercises(Database database, Optional<VideoHosts> hosts)
    implements Route.Handler {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;
  private static final int LONGEST_QUERY = 200;

  private record Page(List<PortalExercise> exercises, @Nullable String next) {}

  @Override
  public Set<String> parameters() {
    return Set.of(
        "language", "q", "category", "body_region", "equipment", "difficulty", "limit", "cursor");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    VideoHosts signing =
        hosts.orElseThrow(
            () ->
                Problem.of(
                    503,
                    "Videos cannot be played: the operator has to name a video host, as by"
                        + " VIDEO_HOST_URL."));
    Inputs inputs = new Inputs(call);
    Languages languages =
        Languages.of(
            inputs.read("language", Languages.FORM, Languages::code),
            call.header("Accept-Language"));
    PortalQuery.Search search =
        new PortalQuery.Search(
            caller.orgId(),
            languages,
            signing.names(),
            inputs.read("q", "words of at most 200 characters", ListPortalExercises::query),
            new PortalQuery.Filters(
                inputs.text("category"),
                inputs.text("body_region"),
                inputs.text("equipment"),
                inputs.number("difficulty", 1, 5)),
            inputs.read("cursor", "next of an earlier page", PortalCursor::decode));
    int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
    inputs.check();
    return Reply.json(
        200, page(new PortalQuery(database).run(search, limit + 1), limit, search, signing));
  }

  private static Page page(
      List<PortalQuery.Found> found, int limit, PortalQuery.Search search, VideoHosts signing) {
    List<PortalExercise> exercises =
        found.stream()
            .limit(limit)
            .map(
                one ->
                    PortalExercise.of(
                        one,
                        search.languages(),
                        signing.named(one.preview().host()).playback(one.preview().hostVideoId())))
            .toList();
    if (found.size() <= limit) {
      return new Page(exercises, null);
    }
    PortalQuery.Found last = found.get(limit - 1);
    return new Page(exercises, new PortalCursor(last.sortKey(), last.id()).encode());
  }

  private static String query(String text) {
    if (text.length() > LONGEST_QUERY) {
      throw new IllegalArgumentException("too long");
    }
    return text;
  }
}
