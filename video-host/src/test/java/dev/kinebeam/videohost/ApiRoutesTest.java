package dev.kinebeam.videohost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kinebeam.catalog.host.OwnHost;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.testkit.BucketServer;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiRoutesTest {
  private static final UUID ID = OwnHost.idOf("a-title", "squats");
  private static final String RECORD = "videos/" + ID + ".json";

  private static final Principal CALLER =
      new Principal(Role.SERVICE, Optional.empty(), new UUID(0, 1));

  @TempDir Path folder;
  private BucketServer server;
  private ObjectStore bucket;
  private Transcodes transcodes;
  private VideoRecords videos;

  @BeforeEach
  void open() throws Exception {
    server = new BucketServer();
    bucket = ObjectStore.open(ObjectStoreSettings.fromEnvironment(server.environment()));
    videos = new VideoRecords(bucket);
    transcodes =
        new Transcodes(videos, bucket, folder, (file, percent) -> Samples.composition('c'));
  }

  @AfterEach
  void close() {
    transcodes.close();
    bucket.close();
    server.close();
  }

  private static final class Request implements Call {
    private final byte[] body;

    private Request(byte[] body) {
      this.body = body;
    }

    @Override
    public byte[] body() {
      return body;
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<String> query(String name) {
      return Optional.empty();
    }

    @Override
    public String path(String name) {
      return ID.toString();
    }
  }

  private Reply call(Method method, byte[] body) throws Exception {
    return call(videos, method, body);
  }

  private Reply call(VideoRecords records, Method method, byte[] body) throws Exception {
    Route route =
        new ApiRoutes(records, transcodes)
            .routes().stream().filter(r -> r.method() == method).findFirst().orElseThrow();
    return route.handler().handle(new Request(body), CALLER);
  }

  private static byte[] publication(Composition composition) {
    return Json.bytes(
        Map.of("collection", "squats", "title", "a-title", "composition", composition));
  }

  private static byte[] upload(String key) {
    return Json.bytes(Map.of("collection", "squats", "title", "a-title", "upload", key));
  }

  @Test
  void whatCannotBePlayedIsNotKept() {
    for (String entry : new String[] {"c3RzZA==", "%", ""}) {
      assertThatThrownBy(() -> call(Method.POST, publication(Samples.composition('a', entry))))
          .isInstanceOf(Problem.class)
          .hasMessage("The composition cannot be played.");
    }
    assertThat(server.objects).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{}", "{\"status\":\"ready\"}", "\u0000"})
  void aRecordThatCannotBeReadIsNamedAndCanBeDeleted(String record) throws Exception {
    server.objects.put(RECORD, record.getBytes(UTF_8));
    for (Method method : new Method[] {Method.GET, Method.POST}) {
      assertThatThrownBy(() -> call(method, publication(Samples.composition('a'))))
          .isInstanceOf(Problem.class)
          .hasMessageContainingAll(RECORD, "cannot be read", "delete the video");
    }
    call(Method.DELETE, new byte[0]);
    assertThat(server.objects).isEmpty();
    assertThat(call(Method.POST, publication(Samples.composition('a')))).isNotNull();
  }

  /** Kept before there were today's rules. */
  @Test
  void aRecordThatCannotBePlayedIsNamedAndCanBeDeleted() throws Exception {
    Composition broken = Samples.composition('a', "c3RzZA==");
    server.objects.put(RECORD, Json.bytes(StoredVideo.composed(ID, "squats", "a-title", broken)));
    assertThatThrownBy(() -> videos.playable(ID))
        .isInstanceOf(VideoRecords.Unreadable.class)
        .hasMessageContainingAll(RECORD, "720p");
    call(Method.GET, new byte[0]);
    call(Method.DELETE, new byte[0]);
    assertThat(server.objects).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "videos/ID.json",
        "mezzanines/x",
        "uploads/",
        "uploads/../videos/ID.json",
        "uploads/00000000-0000-0000-0000-000000000000",
        " uploads/ID",
        "uploads/ID/x"
      })
  void anUploadIsTheVideosOwnFileAndNoOtherObject(String key) throws Exception {
    String named = key.replace("ID", ID.toString());
    assertThatThrownBy(() -> call(Method.POST, upload(named)))
        .isInstanceOf(Problem.class)
        .hasMessage("The request cannot be served.");
    assertThat(server.objects).isEmpty();
  }

  @Test
  void deletingDeletesTheVideosOwnFileAndNoOtherObject() throws Exception {
    server.objects.put("mezzanines/of-others", new byte[1]);
    server.objects.put(Transcodes.uploadKey(ID), new byte[1]);
    StoredVideo foreign = StoredVideo.uploaded(ID, "squats", "a-title", "mezzanines/of-others");
    server.objects.put(RECORD, Json.bytes(foreign.failed("kept before there was the rule")));
    call(Method.DELETE, new byte[0]);
    assertThat(server.objects).containsOnlyKeys("mezzanines/of-others");
  }

  @Test
  void aFileWhoseVideoWasNeverPublishedIsDeletedBeforeItIsSaidThatThereIsNone() throws Exception {
    server.objects.put(Transcodes.uploadKey(ID), new byte[1]);
    for (int again = 0; again < 2; again++) {
      assertThatThrownBy(() -> call(Method.DELETE, new byte[0]))
          .isInstanceOf(Problem.class)
          .hasMessage("There is no such video.");
      assertThat(server.objects).isEmpty();
    }
  }

  @Test
  void ofTwoPublicationsAtOnceTheFirstStays() throws Exception {
    byte[] first = publication(Samples.composition('a'));
    server.beforeWrite =
        () -> {
          server.beforeWrite = () -> {};
          assertThat(catchThrowable(() -> call(new VideoRecords(bucket), Method.POST, first)))
              .isNull();
        };
    assertThatThrownBy(() -> call(Method.POST, publication(Samples.composition('b'))))
        .isInstanceOf(Problem.class)
        .hasMessage("There is another composition of this title.");
    assertThat(videos.read(ID).orElseThrow().video().composition())
        .isEqualTo(Samples.composition('a'));
    call(Method.POST, first);
  }

  @Test
  void whatAnotherHostDeletedIsPublishedAgain() throws Exception {
    call(Method.POST, publication(Samples.composition('a')));
    assertThat(videos.playable(ID)).isPresent();
    new VideoRecords(bucket).delete(ID);
    assertThatThrownBy(() -> call(Method.GET, new byte[0])).hasMessage("There is no such video.");
    call(Method.POST, publication(Samples.composition('b')));
    assertThat(server.objects).containsOnlyKeys(RECORD);
    assertThat(videos.playable(ID).orElseThrow().render().composition())
        .isEqualTo(Samples.composition('b'));
  }

  @Test
  void theSoundOfAnotherCompositionHasAnotherName() {
    assertThat(HlsRender.of(Samples.composition('a')).soundName())
        .isNotEqualTo(HlsRender.of(Samples.composition('b')).soundName());
  }
}
