package dev.kinebeam.worker.webhooks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Posts to an address that a subscriber named. It connects to the very address that was found to be
 * public, so that a name whose address changes in between leads nowhere else; follows no redirect;
 * reads the status and nothing more of the answer; and takes no longer than its timeout in all.
 *
 * @param development private addresses and plain http are allowed
 * @param timeout from the start of an attempt to the receiver's status
 */
record Receiver(boolean development, Duration timeout) {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})\\b.*");
  private static final int LONGEST_STATUS_LINE = 1_000;

  /** The receiver cannot be posted to, whenever it is tried. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * Posts a JSON body.
   *
   * @return the status of the answer
   * @throws Refused when the address is not one that webhooks are sent to
   * @throws IOException when there was no answer in time, or none that is HTTP
   */
  @SuppressWarnings("try") // it closes the connection by itself
  int post(String url, Map<String, String> headers, String body) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    URI address = address(url);
    boolean tls = address.getScheme().equalsIgnoreCase("https");
    int port = address.getPort() >= 0 ? address.getPort() : tls ? 443 : 80;
    InetAddress target = target(host(address));
    try (Socket plain = new Socket();
        Closing late = Closing.at(deadline, plain)) {
      plain.connect(new InetSocketAddress(target, port), left(deadline));
      plain.setSoTimeout(left(deadline));
      try (Socket socket = tls ? secured(plain, host(address), port) : plain) {
        socket.getOutputStream().write(request(address, headers, body));
        socket.getOutputStream().flush();
        return status(socket, deadline);
      }
    }
  }

  /** Closes a connection whose time is over, however little by little the other side answers. */
  private record Closing(ScheduledFuture<?> task) implements AutoCloseable {
    private static final ScheduledExecutorService TIMER =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "webhook-timer");
              thread.setDaemon(true);
              return thread;
            });

    static Closing at(long deadline, Socket socket) {
      return new Closing(
          TIMER.schedule(
              () -> {
                socket.close();
                return null;
              },
              deadline - System.nanoTime(),
              TimeUnit.NANOSECONDS));
    }

    @Override
    public void close() {
      task.cancel(false);
    }
  }

  private URI address(String url) throws Refused {
    URI address;
    try {
      address = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new Refused("the address is not one: " + e.getMessage());
    }
    String scheme = Optional.ofNullable(address.getScheme()).orElse("");
    boolean good =
        scheme.equalsIgnoreCase("https") || (development && scheme.equalsIgnoreCase("http"));
    if (!good || address.getHost() == null || address.getRawUserInfo() != null) {
      throw new Refused("webhooks are sent to https://HOST/… without a user name only");
    }
    if (address.getPort() == 0 || address.getPort() > 65_535) {
      throw new Refused("the port %d is not one".formatted(address.getPort()));
    }
    return address;
  }

  private static String host(URI address) {
    return address.getHost().replaceAll("^\\[|]$", "");
  }

  private InetAddress target(String host) throws IOException {
    InetAddress[] all = InetAddress.getAllByName(host);
    for (InetAddress one : all) {
      if (!development && !PublicAddresses.contain(one)) {
        // Not the address itself: subscribers read this, and it is none of theirs.
        throw new Refused("%s is not a public address".formatted(host));
      }
    }
    return all[0];
  }

  private static SSLSocket secured(Socket plain, String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket secured = (SSLSocket) factory.createSocket(plain, host, port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private static byte[] request(URI address, Map<String, String> headers, String body) {
    byte[] content = body.getBytes(UTF_8);
    String path = Optional.ofNullable(address.getRawPath()).filter(p -> !p.isEmpty()).orElse("/");
    String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    String port = address.getPort() >= 0 ? ":" + address.getPort() : "";
    StringBuilder head = new StringBuilder();
    head.append("POST ").append(path).append(query).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(address.getHost()).append(port).append("\r\n");
    head.append("Content-Type: application/json\r\nUser-Agent: kinebeam-webhooks\r\n");
    head.append("Content-Length: ").append(content.length).append("\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.toString().getBytes(US_ASCII));
    all.writeBytes(content);
    return all.toByteArray();
  }

  private static int status(Socket socket, long deadline) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    while (true) {
      socket.setSoTimeout(left(deadline));
      int next = in.read();
      if (next < 0 || next == '\n' || line.length() > LONGEST_STATUS_LINE) {
        break;
      }
      line.append((char) next);
    }
    Matcher status = STATUS.matcher(line.toString().strip());
    if (!status.matches()) {
      throw new IOException("the receiver's answer is not HTTP");
    }
    return Integer.parseInt(status.group(1));
  }

  private static int left(long deadline) throws SocketTimeoutException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0) {
      throw new SocketTimeoutException("the receiver did not answer in time");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }
}
