package dev.kinebeam.worker.webhooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.db.Webhooks;
import dev.kinebeam.catalog.db.Webhooks.Delivery;
import dev.kinebeam.catalog.db.Webhooks.State;
import dev.kinebeam.catalog.db.Webhooks.Subscription;
import dev.kinebeam.testkit.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against receivers that speak HTTP over real sockets, well and badly. */
@Tag("servers")
class WebhookSenderTest {
  private static final String KEY = "a key of thirty-two characters or more";
  private static final Duration TIMEOUT = Duration.ofMillis(400);
  private static TestPostgres postgres;
  private static Webhooks webhooks;

  /** Answers each connection with these bytes, or never. */
  private static final class TestReceiver implements AutoCloseable {
    private final ServerSocket listening =
        new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Optional<String> answer;

    TestReceiver(String answer) throws IOException {
      this.answer = Optional.ofNullable(answer);
      Thread thread = new Thread(this::serve, "receiver");
      thread.setDaemon(true);
      thread.start();
    }

    private void serve() {
      while (true) {
        try {
          Socket socket = listening.accept();
          requests.add(request(socket.getInputStream()));
          if (answer.isPresent()) {
            socket.getOutputStream().write(answer.get().getBytes(UTF_8));
            socket.close();
          }
        } catch (IOException closed) {
          return;
        }
      }
    }

    private static String request(InputStream in) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        all.write(in.read());
        String text = all.toString(ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end >= 0 && text.length() == end + 4 + length(text)) {
          return text;
        }
      }
    }

    private static int length(String head) {
      return Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
    }

    String url() {
      return "http://127.0.0.1:" + listening.getLocalPort() + "/hook?a=b";
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
    webhooks = new Webhooks(Database.over(postgres.as("core_api")));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @AfterEach
  void nothing() {
    postgres.run("DELETE FROM webhook_subscriptions");
  }

  private static Subscription subscribed(String url) {
    Subscription made =
        webhooks.subscribe(Optional.empty(), url, List.of("bulk.finished"), "me").orElseThrow();
    event();
    return made;
  }

  private static void event() {
    postgres.run("SELECT enter_webhooks('bulk.finished', NULL, true, now(), '{\"total\": 1}')");
  }

  private static Optional<String> send(boolean development) throws InterruptedException {
    WebhookSettings settings =
        new WebhookSettings(Optional.of(new WebhookSecrets(KEY)), development, TIMEOUT);
    try (WebhookSender sender =
        WebhookSender.open(Database.over(postgres.as("worker")), settings, Clock.systemUTC())) {
      return sender.sendDue();
    }
  }

  private static Delivery only(Subscription subscription) {
    List<Delivery> all = webhooks.deliveries(Optional.empty(), subscription.id(), 10).orElseThrow();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void aMessageIsSignedAsStandardWebhooksSay() throws Exception {
    try (TestReceiver receiver = new TestReceiver("HTTP/1.1 204 No Content\r\n\r\n")) {
      Subscription subscription = subscribed(receiver.url());
      assertThat(send(true)).contains("1 delivered, 0 not");
      Delivery delivery = only(subscription);
      assertThat(delivery.state()).isEqualTo(State.DELIVERED);
      assertThat(delivery.lastStatus()).contains(204);
      String request = receiver.requests.get(0);
      assertThat(request).startsWith("POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:");
      String body = request.substring(request.indexOf("\r\n\r\n") + 4);
      assertThat(body).contains("\"type\": \"bulk.finished\"", "\"total\": 1");
      String secret = new WebhookSecrets(KEY).text(subscription.id());
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(
              Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
      String signed =
          header(request, "webhook-id") + "." + header(request, "webhook-timestamp") + "." + body;
      assertThat(header(request, "webhook-id")).isEqualTo(delivery.id().toString());
      assertThat(header(request, "webhook-signature"))
          .isEqualTo(
              "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8))));
    }
  }

  private static String header(String request, String name) {
    return request.replaceAll("(?s).*\r\n" + name + ": ([^\r]*)\r\n.*", "$1");
  }

  @Test
  void whatIsNotTakenIsTriedAgainAndCanBeMadeAgain() throws Exception {
    try (TestReceiver receiver = new TestReceiver("HTTP/1.1 500 Oops\r\n\r\n")) {
      Subscription subscription = subscribed(receiver.url());
      for (int attempt = 1; attempt <= WebhookSender.DELAYS.size(); attempt++) {
        send(true);
        assertThat(only(subscription).state()).isEqualTo(State.PENDING);
        assertThat(only(subscription).attempts()).isEqualTo(attempt);
        assertThat(send(true)).as("not before its time").isEmpty();
        postgres.run("UPDATE webhook_deliveries SET next_attempt_at = now()");
      }
      send(true);
      assertThat(only(subscription).state()).isEqualTo(State.FAILED);
      assertThat(only(subscription).lastError()).contains("the receiver answered 500");
      assertThat(webhooks.redeliver(Optional.empty(), subscription.id(), UUID.randomUUID()))
          .isFalse();
      assertThat(webhooks.redeliver(Optional.empty(), subscription.id(), only(subscription).id()))
          .isTrue();
      send(true);
      assertThat(receiver.requests).hasSize(WebhookSender.DELAYS.size() + 2);
      assertThat(receiver.requests.stream().map(r -> header(r, "webhook-id")).distinct())
          .as("one message to the receiver")
          .hasSize(1);
    }
  }

  @Test
  void theLastAttemptIsWithinTwentyFourHours() {
    Duration all = WebhookSender.DELAYS.stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(all).isBetween(Duration.ofHours(23), Duration.ofHours(24));
    assertThat(WebhookSender.again(WebhookSender.DELAYS.size())).isEmpty();
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (TestReceiver inside = new TestReceiver("HTTP/1.1 200 OK\r\n\r\n");
        TestReceiver receiver =
            new TestReceiver("HTTP/1.1 302 Found\r\nLocation: " + inside.url() + "\r\n\r\n")) {
      Subscription subscription = subscribed(receiver.url());
      send(true);
      assertThat(only(subscription).lastStatus()).contains(302);
      assertThat(only(subscription).state()).isEqualTo(State.PENDING);
      assertThat(inside.requests).isEmpty();
    }
  }

  @Test
  void aReceiverThatHangsKeepsNoOtherOneWaiting() throws Exception {
    try (TestReceiver hanging = new TestReceiver(null);
        TestReceiver good = new TestReceiver("HTTP/1.1 200 OK\r\n\r\n")) {
      Subscription bad = subscribed(hanging.url());
      for (int i = 0; i < 7; i++) {
        event();
      }
      Subscription fine =
          webhooks
              .subscribe(Optional.empty(), good.url(), List.of("bulk.finished"), "me")
              .orElseThrow();
      event();
      long begin = System.nanoTime();
      assertThat(send(true)).contains("1 delivered, 9 not");
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .as("three rounds of four at once")
          .isLessThan(TIMEOUT.multipliedBy(8));
      assertThat(only(fine).state()).isEqualTo(State.DELIVERED);
      assertThat(webhooks.deliveries(Optional.empty(), bad.id(), 20).orElseThrow())
          .allSatisfy(one -> assertThat(one.state()).isEqualTo(State.PENDING));
    }
  }

  /** Hanging deliveries keep their turns only: what is due for others is sent meanwhile. */
  @Test
  void manyMessagesPassAReceiverThatHangs() throws Exception {
    try (TestReceiver hanging = new TestReceiver(null);
        TestReceiver good = new TestReceiver("HTTP/1.1 200 OK\r\n\r\n")) {
      webhooks.subscribe(Optional.empty(), hanging.url(), List.of("bulk.finished"), "me");
      Subscription fine =
          webhooks
              .subscribe(Optional.empty(), good.url(), List.of("bulk.finished"), "me")
              .orElseThrow();
      for (int i = 0; i < 24; i++) {
        event();
      }
      send(true);
      assertThat(good.requests).hasSize(24);
      assertThat(
              postgres.rows(
                  """
                  SELECT delivery_id FROM webhook_deliveries
                   WHERE state = 'delivered' AND last_attempt_at >
                         (SELECT last_attempt_at FROM webhook_deliveries
                           WHERE state = 'pending' ORDER BY last_attempt_at OFFSET 11 LIMIT 1)
                  """))
          .as("messages that came after three rounds of hanging ones")
          .isEmpty();
      assertThat(webhooks.deliveries(Optional.empty(), fine.id(), 50).orElseThrow()).hasSize(24);
    }
  }

  @Test
  void anAnswerThatDripsOrIsNotHttpIsCutOff() throws Exception {
    try (TestReceiver receiver = new TestReceiver("x".repeat(100_000))) {
      Subscription subscription = subscribed(receiver.url());
      send(true);
      assertThat(only(subscription).lastError().orElseThrow()).contains("not HTTP");
    }
  }

  /** Nothing is sent to an address inside our network, whatever it would answer. */
  @Test
  void privateAddressesAndPlainHttpAreRefused() throws Exception {
    try (TestReceiver receiver = new TestReceiver("HTTP/1.1 200 OK\r\n\r\n")) {
      Subscription plain = subscribed(receiver.url());
      send(false);
      assertThat(only(plain).lastError().orElseThrow()).contains("https://");
      postgres.run("DELETE FROM webhook_subscriptions");
      Subscription nowhere = subscribed("https://127.0.0.1:70000/");
      send(false);
      assertThat(only(nowhere).lastError().orElseThrow()).contains("70000");
      assertThat(only(nowhere).attempts()).isEqualTo(1);
      postgres.run("DELETE FROM webhook_subscriptions");
      Subscription local = subscribed(receiver.url().replace("http:", "https:"));
      send(false);
      assertThat(only(local).lastError()).contains("127.0.0.1 is not a public address");
      postgres.run("DELETE FROM webhook_subscriptions");
      Subscription named =
          subscribed(receiver.url().replace("http:", "https:").replace("127.0.0.1", "localhost"));
      send(false);
      assertThat(only(named).lastError().orElseThrow()).contains("is not a public address");
      assertThat(receiver.requests).isEmpty();
    }
  }
}
