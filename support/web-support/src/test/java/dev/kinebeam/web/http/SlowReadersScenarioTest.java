package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callers who ask for large answers and do not read them. */
class SlowReadersScenarioTest {
  private static final String ASK = "GET %s HTTP/1.1\r\nHost: x\r\n%s%s\r\n";

  /** The server that serves one request at a time has 13 threads. */
  private static final int CALLERS = 20;

  private static final int FIT = ReplyWriter.MAX_HELD_BYTES / TinyApi.LARGE_BYTES;

  private static String ask(String path, String more) {
    return ASK.formatted(path, TinyApi.authorization(), more);
  }

  @Test
  void holdNoThreadAndBoundedMemory() throws Exception {
    List<RawHttp> callers = new ArrayList<>();
    try (TinyApi api = TinyApi.with(TinyApi.bodies(16, 64, TrustedProxies.NONE))) {
      for (int i = 0; i < CALLERS; i++) {
        RawHttp caller = RawHttp.open(api.port());
        callers.add(caller);
        String head = caller.send(ask("/v1/large", "")).readTo("\r\n\r\n");
        assertThat(head).startsWith(i < FIT ? "HTTP/1.1 200 " : "HTTP/1.1 503 ");
      }
      String small = api.exchange(ask("/v1/things", "Connection: close\r\n"));
      assertThat(small).startsWith("HTTP/1.1 200 ");

      String rest = callers.get(0).send(ask("/v1/things", "Connection: close\r\n")).readAll();
      assertThat(rest).hasSizeGreaterThan(TinyApi.LARGE_BYTES).contains("{\"things\":[]}");
      assertThat(api.exchange(ask("/v1/large", "Connection: close\r\n")))
          .hasSizeGreaterThan(TinyApi.LARGE_BYTES);
    } finally {
      for (RawHttp caller : callers) {
        caller.close();
      }
    }
  }

  @Test
  void headIsAnsweredWithoutTheBody() throws Exception {
    try (TinyApi api = TinyApi.start()) {
      String head =
          api.exchange(ask("/v1/large", "Connection: close\r\n").replaceFirst("GET", "HEAD"));
      assertThat(head)
          .startsWith("HTTP/1.1 200 ")
          .contains("Content-Length: " + TinyApi.LARGE_BYTES + "\r\n")
          .endsWith("\r\n\r\n");
    }
  }
}
