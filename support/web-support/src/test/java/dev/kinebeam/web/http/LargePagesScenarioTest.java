package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.auth.Tokens;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of more than a megabyte, which anyone may ask for. */
class LargePagesScenarioTest {
  private static final String LARGE = "/webjars/swagger-ui/swagger-ui-bundle.js";
  private static final int LARGE_BYTES = 1_000_000;
  private static final int CALLERS = 40;

  /** A slice for each of the server's threads, and what Jetty keeps to read requests into. */
  private static final long MAX_DIRECT_BYTES = 5_000_000;

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void leaveDirectMemoryToTheOthers() throws Exception {
    try (TinyApi api = TinyApi.start()) {
      long before = directBytes();
      List<Future<String>> answers = new ArrayList<>();
      ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
      for (int i = 0; i < CALLERS; i++) {
        answers.add(callers.submit(() -> RawHttp.get(api.port(), LARGE)));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get()).startsWith("HTTP/1.1 200 ").hasSizeGreaterThan(LARGE_BYTES);
      }
      callers.shutdown();
      assertThat(directBytes() - before).isLessThan(MAX_DIRECT_BYTES);
    }
  }

  /** A caller without credentials. */
  private record Anonymous(String path, Map<String, String> headers) implements Gate.Head {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public String id() {
      return "of-the-test";
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    @Override
    public Object site() {
      return "client";
    }

    @Override
    public QueryParameters queries(Route.Handler handler) {
      throw new UnsupportedOperationException();
    }
  }

  private static Gate.Verdict.Answered answer(Gate gate, String path, Map<String, String> headers) {
    return (Gate.Verdict.Answered) gate.check(new Anonymous(path, headers));
  }

  @Test
  void areSentToSoManyAtOnceAndSmallOnesToMore() {
    Gate gate =
        new ApiGate(
            new RouteTable(List.of()),
            Pages.ofInterface("core-api"),
            BearerAuthenticator.withComposer(Tokens.config(), new Secret("composer")),
            new ResponseFinisher(new Cors(Set.of())),
            new RequestSlots("test", 1),
            (method, route, status, nanos) -> {});
    List<Gate.Verdict.Answered> underWay = new ArrayList<>();
    for (int i = 0; i < ApiGate.LARGE_PAGES_AT_ONCE; i++) {
      underWay.add(answer(gate, LARGE, Map.of()));
    }
    assertThat(underWay).allMatch(answered -> answered.reply().status() == 200);

    Gate.Verdict.Answered beyond = answer(gate, LARGE, Map.of());
    assertThat(beyond.reply().status()).isEqualTo(503);
    assertThat(beyond.reply().headers()).containsEntry("Retry-After", "1");
    beyond.whenOver().run();
    assertThat(answer(gate, "/docs", Map.of()).reply().status()).isEqualTo(200);
    String tag = underWay.get(0).reply().headers().get("ETag");
    assertThat(answer(gate, LARGE, Map.of("If-None-Match", tag)).reply().status()).isEqualTo(304);

    underWay.get(0).whenOver().run();
    assertThat(answer(gate, LARGE, Map.of()).reply().status()).isEqualTo(200);
    assertThat(answer(gate, LARGE, Map.of()).reply().status()).isEqualTo(503);
  }

  @Test
  void comeWholeAndAlsoPacked() throws Exception {
    try (TinyApi api = TinyApi.start()) {
      String head = "GET " + LARGE + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
      for (String more : List.of("", "Accept-Encoding: gzip\r\n")) {
        String answer = api.exchange(head + more + "\r\n");
        int length =
            Integer.parseInt(answer.replaceAll("(?s).*\r\nContent-Length: (\\d+)\r\n.*", "$1"));
        assertThat(answer.length() - answer.indexOf("\r\n\r\n") - 4).isEqualTo(length);
        assertThat(length).isGreaterThan(2 * SlicedWrite.SLICE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/webjars/swagger-ui/swagger-ui-bundle.js.map",
        "/webjars/swagger-ui/swagger-ui.js",
        "/webjars/swagger-ui/index.html",
        "/webjars/swagger-ui/1.0.0/swagger-ui-bundle.js",
        "/webjars/hls.js/dist/hls.min.js",
      })
  void areThoseThatTheServerNames(String other) throws Exception {
    try (TinyApi api = TinyApi.start()) {
      assertThat(RawHttp.get(api.port(), other)).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void aNamedFileThatIsMissingIsReportedAtTheStart() {
    Set<String> named = Set.of("swagger-ui/none.js");
    assertThatThrownBy(() -> Pages.of("core-api", "pages", List.of(), Map.of(), named))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("swagger-ui/none.js");
  }
}
