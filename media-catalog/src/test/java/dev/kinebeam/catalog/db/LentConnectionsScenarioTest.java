package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.database.DatabaseSettings;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a pool does with a connection whose borrower has failed. */
@Tag("servers")
class LentConnectionsScenarioTest {
  /** 0: none; 2: the next read ends in the middle of an answer; 1: the read after it fails. */
  private static final AtomicInteger SHORT_OF_MEMORY = new AtomicInteger();

  /** Within the first message of an answer. */
  private static final int PART = 7;

  private static TestDatabase db;
  private static Database pool;

  /** Named in the JDBC URL. */
  public static final class Sockets extends SocketFactory {
    @Override
    public Socket createSocket() {
      return new FailingSocket();
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class FailingSocket extends Socket {
    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          int before = SHORT_OF_MEMORY.getAndUpdate(n -> Math.max(0, n - 1));
          if (before == 1) {
            throw new OutOfMemoryError("of the test");
          }
          return super.read(into, offset, before == 2 ? Math.min(PART, length) : length);
        }
      };
    }
  }

  @BeforeAll
  static void start() {
    db = new TestDatabase();
    String url = db.url("gateway");
    url += (url.contains("?") ? "&" : "?") + "socketFactory=" + Sockets.class.getName();
    pool = Database.open(new DatabaseSettings(url, "gateway", ""), 1, Duration.ofSeconds(5));
  }

  @AfterAll
  static void stop() {
    pool.close();
    db.close();
  }

  private static int session() {
    return pool.inTransaction(LentConnectionsScenarioTest::session);
  }

  private static int session(Handle handle) {
    return handle.createQuery("SELECT pg_backend_pid()").mapTo(Integer.class).one();
  }

  private static String text(Handle handle, String text) {
    return handle.createQuery("SELECT :t").bind("t", text).mapTo(String.class).one();
  }

  @Test
  void anErrorInTheMiddleOfAnAnswerClosesTheConnection() {
    int before = session();
    assertThatThrownBy(
            () ->
                pool.inTransaction(
                    handle -> {
                      SHORT_OF_MEMORY.set(2);
                      return text(handle, "of another request");
                    }))
        .hasStackTraceContaining("OutOfMemoryError");
    for (int i = 0; i < 3; i++) {
      String expected = "request " + i;
      assertThat(pool.<String, RuntimeException>inTransaction(handle -> text(handle, expected)))
          .isEqualTo(expected);
    }
    assertThat(session()).isNotEqualTo(before);
  }

  @Test
  void soDoesOneInTheMiddleOfTheCommit() {
    int before = session();
    assertThatThrownBy(
            () ->
                pool.inOrg(
                    UUID.randomUUID(),
                    handle -> {
                      String read = text(handle, "of another request");
                      SHORT_OF_MEMORY.set(2);
                      return read;
                    }))
        .hasStackTraceContaining("OutOfMemoryError");
    assertThat(session()).isNotEqualTo(before);
  }

  @Test
  void soDoesAnErrorOrDefectOfTheBorrower() {
    for (RuntimeException defect :
        new RuntimeException[] {
          new IllegalStateException("of the test"),
          new IllegalStateException("of the test", new StackOverflowError())
        }) {
      int before = session();
      assertThatThrownBy(
              () ->
                  pool.inTransaction(
                      handle -> {
                        throw defect;
                      }))
          .isSameAs(defect);
      assertThat(session()).isNotEqualTo(before);
    }
  }

  @Test
  void aValueOfTheWrongTypeDoesToo() {
    int before = session();
    assertThatThrownBy(
            () ->
                pool.inTransaction(
                    handle -> handle.createQuery("SELECT 'x'").mapTo(Long.class).one()))
        .isInstanceOf(JdbiException.class);
    assertThat(session()).isNotEqualTo(before);
  }

  @Test
  void aRefusalAndTheBorrowersCheckedExceptionKeepIt() {
    int before = session();
    assertThatThrownBy(() -> pool.inTransaction(handle -> handle.execute("SELECT 1 / 0")))
        .isInstanceOf(JdbiException.class);
    assertThat(session()).isEqualTo(before);
    assertThatThrownBy(
            () ->
                pool.inTransaction(
                    handle -> {
                      throw new IOException("of the test after session " + session(handle));
                    }))
        .isInstanceOf(IOException.class);
    assertThat(session()).isEqualTo(before);
  }
}
