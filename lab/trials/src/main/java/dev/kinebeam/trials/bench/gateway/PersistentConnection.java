package dev.kinebeam.trials.bench.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that asks and waits for the answer, again and again. Opened anew where
 * the server closes it after an answer. Not thread-safe.
 */
public final class PersistentConnection implements AutoCloseable {
  private static final int TIMEOUT_MS = 30_000;
  private static final String LENGTH = "\r\ncontent-length:";

  private final int port;
  private final byte[] buffer = new byte[64 * 1024];
  private Socket socket;

  public PersistentConnection(int port) {
    this.port = port;
  }

  /** Sends the request's bytes, reads the whole answer and returns its status. */
  public int ask(byte[] request) throws IOException {
    if (socket == null) {
      socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
    }
    socket.getOutputStream().write(request);
    InputStream in = socket.getInputStream();
    int filled = 0;
    int headEnd = -1;
    while (headEnd < 0) {
      filled += read(in, filled);
      headEnd = headEnd(filled);
    }
    String head =
        new String(buffer, 0, headEnd, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    int whole = headEnd + bodyLength(head);
    if (whole > buffer.length) {
      throw new IOException("an answer of " + whole + " bytes is more than this client reads");
    }
    while (filled < whole) {
      filled += read(in, filled);
    }
    if (head.contains("\r\nconnection: close")) {
      close();
    }
    return Integer.parseInt(head.substring("http/1.1 ".length(), "http/1.1 ".length() + 3));
  }

  private int read(InputStream in, int filled) throws IOException {
    int got = in.read(buffer, filled, buffer.length - filled);
    if (got <= 0) {
      throw new EOFException("the gateway closed the connection inside an answer");
    }
    return got;
  }

  /** Just after the empty line, or -1 while it has not come. */
  private int headEnd(int filled) {
    for (int i = 3; i < filled; i++) {
      if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private static int bodyLength(String head) throws IOException {
    int at = head.indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("the answer has no Content-Length: " + head.lines().findFirst());
    }
    int from = at + LENGTH.length();
    return Integer.parseInt(head.substring(from, head.indexOf('\r', from)).strip());
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
