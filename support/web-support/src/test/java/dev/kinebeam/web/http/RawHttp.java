package dev.kinebeam.web.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;

/** Requests as bytes, for what no client would send as it is. */
public final class RawHttp implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int RECEIVE_BUFFER = 64 * 1024;

  private final Socket socket;

  private RawHttp(InetSocketAddress from, int port) throws IOException {
    socket = new Socket();
    // The kernel would grow it to megabytes, which a caller who does not read seems to have read.
    socket.setReceiveBufferSize(RECEIVE_BUFFER);
    socket.setSoTimeout((int) TIMEOUT.toMillis());
    socket.bind(from);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  public static RawHttp open(int port) throws IOException {
    return new RawHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), port);
  }

  /** A connection from another address of the loopback network, such as 127.0.0.2. */
  public static RawHttp open(int port, String from) throws IOException {
    return new RawHttp(new InetSocketAddress(InetAddress.getByName(from), 0), port);
  }

  public RawHttp send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** Everything that comes until the server closes. */
  public String readAll() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** As {@link #readAll}; a connection that is reset counts as closed. */
  public String readUntilClosed() throws IOException {
    StringBuilder read = new StringBuilder();
    try {
      for (int next = read(); next >= 0; next = read()) {
        read.append((char) next);
      }
    } catch (SocketException reset) {
      return read.toString();
    }
    return read.toString();
  }

  private int read() throws IOException {
    return socket.getInputStream().read();
  }

  /** What comes until it ends with {@code last}. */
  public String readTo(String last) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(last) < 0) {
      int next = read();
      if (next < 0) {
        throw new IOException("the server closed after: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  public static String exchange(int port, String bytes) throws IOException {
    try (RawHttp connection = open(port)) {
      return connection.send(bytes).readAll();
    }
  }

  public static String get(int port, String path) throws IOException {
    return exchange(port, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
