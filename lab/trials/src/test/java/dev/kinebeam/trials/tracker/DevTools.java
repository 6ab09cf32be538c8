package dev.kinebeam.trials.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.browser.ChromiumProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A Chromium that is driven by its own protocol: Playwright makes every page believe that it is in
 * front, and here a tab is hidden by another one.
 */
final class DevTools implements AutoCloseable {
  private static final String LISTENING = "DevTools listening on ";

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<String> messages;
  private int last;

  private DevTools(Process process, WebSocket socket, BlockingQueue<String> messages) {
    this.process = process;
    this.socket = socket;
    this.messages = messages;
  }

  static DevTools start(Path profile) throws Exception {
    List<String> command = new ArrayList<>(List.of(ChromiumProgram.find().toString()));
    command.addAll(ChromiumProgram.FLAGS);
    command.addAll(
        List.of("--headless=new", "--remote-debugging-port=0", "--user-data-dir=" + profile));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address(process), new Listener(messages))
            .get(20, TimeUnit.SECONDS);
    return new DevTools(process, socket, messages);
  }

  private static URI address(Process process) throws IOException {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(LISTENING)) {
        return URI.create(line.substring(LISTENING.length()));
      }
    }
    throw new IOException("Chromium did not start");
  }

  private static final class Listener implements WebSocket.Listener {
    private final BlockingQueue<String> messages;
    private final StringBuilder parts = new StringBuilder();

    Listener(BlockingQueue<String> messages) {
      this.messages = messages;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
      parts.append(data);
      if (isLast) {
        messages.add(parts.toString());
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  /** A tab of the one window. */
  final class Tab {
    private final String target;
    private final String session;

    private Tab(String target, String session) {
      this.target = target;
      this.session = session;
    }

    /** What the expression, or its promise, results in. */
    JsonNode evaluate(String expression) throws Exception {
      JsonNode result =
          call(
              session,
              "Runtime.evaluate",
              Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
      if (result.has("exceptionDetails")) {
        throw new IllegalStateException(result.path("exceptionDetails").toString());
      }
      return result.path("result").path("value");
    }

    void bringToFront() throws Exception {
      call(null, "Target.activateTarget", Map.of("targetId", target));
    }
  }

  /** Opens a tab in front of the others. */
  Tab open(String address) throws Exception {
    String target =
        call(null, "Target.createTarget", Map.of("url", address)).path("targetId").asText();
    String session =
        call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asText();
    return new Tab(target, session);
  }

  private JsonNode call(String session, String method, Map<String, Object> parameters)
      throws Exception {
    int id = ++last;
    Map<String, Object> message = new HashMap<>();
    message.put("id", id);
    message.put("method", method);
    message.put("params", parameters);
    if (session != null) {
      message.put("sessionId", session);
    }
    socket.sendText(new String(Json.bytes(message), UTF_8), true).get(20, TimeUnit.SECONDS);
    while (true) {
      String text = messages.poll(40, TimeUnit.SECONDS);
      if (text == null) {
        throw new IOException(method + " is not answered");
      }
      JsonNode answer = Json.MAPPER.readTree(text);
      if (answer.path("id").asInt() == id) {
        return answer.path("result");
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
