package dev.kinebeam.trials.bench.order;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 connection of a player, which stays open. It does as little as it can, since it
 * shares the machine with the server. Not thread-safe.
 */
final class MediaConnection implements AutoCloseable {
  private static final int TIMEOUT_MS = 30_000;
  private static final int RETRY_LATER = 503;
  private static final String LENGTH = "\r\ncontent-length:";

  private final String host;
  private final int port;
  private final byte[] buffer = new byte[32 * 1024];
  private Socket socket;
  private InputStream in;
  private int filled;

  MediaConnection(URI server) {
    this.host = server.getHost();
    this.port = server.getPort();
  }

  /**
   * An answer.
   *
   * @param bytes of its body
   */
  record Answer(int status, long bytes) {
    /** Whether it was refused because the server has too much to do. */
    boolean refusedForNow() {
      return status == RETRY_LATER;
    }
  }

  /** The whole body of a small answer. */
  String text(String path) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    Answer answer = get(path, body);
    if (answer.status() != 200) {
      throw new IOException(path + " answered " + answer.status());
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  /** Reads an answer to its end into {@code body}. */
  Answer get(String path, OutputStream body) throws IOException {
    connect();
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: " + host + ":" + port + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    int headEnd = -1;
    while (headEnd < 0) {
      fill();
      headEnd = headEnd();
    }
    String head =
        new String(buffer, 0, headEnd, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    long length = length(head);
    long left = length - (filled - headEnd);
    body.write(buffer, headEnd, filled - headEnd);
    filled = 0;
    while (left > 0) {
      int got = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (got < 0) {
        throw new EOFException("the connection ended inside of " + path);
      }
      body.write(buffer, 0, got);
      left -= got;
    }
    if (head.contains("\r\nconnection: close")) {
      close();
    }
    return new Answer(Integer.parseInt(head.substring(9, 12)), length);
  }

  private void connect() throws IOException {
    if (socket == null) {
      socket = new Socket(host, port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MS);
      in = socket.getInputStream();
      filled = 0;
    }
  }

  private void fill() throws IOException {
    int got = in.read(buffer, filled, buffer.length - filled);
    if (got <= 0) {
      throw new EOFException("the connection ended inside of an answer's head");
    }
    filled += got;
  }

  /** Just after the empty line, or -1 while it has not come. */
  private int headEnd() {
    for (int i = 3; i < filled; i++) {
      if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private static long length(String head) throws IOException {
    int at = head.indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("the answer has no Content-Length: " + head.lines().findFirst());
    }
    int from = at + LENGTH.length();
    return Long.parseLong(head.substring(from, head.indexOf('\r', from)).strip());
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
