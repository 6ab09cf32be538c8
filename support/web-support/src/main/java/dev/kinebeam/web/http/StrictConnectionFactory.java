package dev.kinebeam.web.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * HTTP/1.1 without transfer codings. Request smuggling rides on {@code Transfer-Encoding}, and no
 * caller needs it, so a request that names it is refused with 411 while its headers are still being
 * read, before any body could be framed by it, and its connection is closed.
 *
 * <p>A connection whose request line and header fields are not whole a given time after their first
 * byte is closed: the idle timeout alone begins anew with every byte.
 */
final class StrictConnectionFactory extends HttpConnectionFactory {
  private final Duration headTimeout;

  StrictConnectionFactory(HttpConfiguration config, Duration headTimeout) {
    super(config);
    this.headTimeout = headTimeout;
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    return configure(
        new StrictConnection(getHttpConfiguration(), connector, endPoint, headTimeout),
        connector,
        endPoint);
  }

  private static final class StrictConnection extends HttpConnection {
    private final Duration headTimeout;
    private final AtomicReference<Scheduler.Task> deadline = new AtomicReference<>();

    private StrictConnection(
        HttpConfiguration config, Connector connector, EndPoint endPoint, Duration headTimeout) {
      super(config, connector, endPoint);
      this.headTimeout = headTimeout;
    }

    /** Called with every piece that comes while no request is being served. */
    @Override
    public void onFillable() {
      long headsBefore = getMessagesIn();
      long bytesBefore = getBytesIn();
      super.onFillable();
      if (getMessagesIn() == headsBefore && getBytesIn() > bytesBefore && getEndPoint().isOpen()) {
        expectHead();
      }
    }

    private void expectHead() {
      if (deadline.get() == null) {
        deadline.set(
            getConnector()
                .getScheduler()
                .schedule(this::late, headTimeout.toMillis(), TimeUnit.MILLISECONDS));
      }
    }

    private void late() {
      getEndPoint()
          .close(new TimeoutException("the header fields took longer than " + headTimeout));
    }

    private void cancelDeadline() {
      Scheduler.Task pending = deadline.getAndSet(null);
      if (pending != null) {
        pending.cancel();
      }
    }

    @Override
    public void onClose(Throwable cause) {
      cancelDeadline();
      super.onClose(cause);
    }

    /**
     * Called while the superclass is constructed, so that the handler may read fields of this class
     * only later.
     */
    @Override
    protected RequestHandler newRequestHandler() {
      return new RequestHandler() {
        @Override
        public void parsedHeader(HttpField field) {
          if (namesTransferEncoding(field.getName())) {
            throw refusal();
          }
          super.parsedHeader(field);
        }

        @Override
        public boolean headerComplete() {
          cancelDeadline();
          return super.headerComplete();
        }

        /** The parser itself refuses some uses of the header before this handler sees it. */
        @Override
        public void badMessage(HttpException failure) {
          super.badMessage(namesTransferEncoding(failure.getReason()) ? refusal() : failure);
        }
      };
    }

    private static boolean namesTransferEncoding(String text) {
      String name = HttpHeader.TRANSFER_ENCODING.asString();
      for (int i = 0; text != null && i + name.length() <= text.length(); i++) {
        if (text.regionMatches(true, i, name, 0, name.length())) {
          return true;
        }
      }
      return false;
    }

    private static HttpException.RuntimeException refusal() {
      return new HttpException.RuntimeException(
          HttpStatus.LENGTH_REQUIRED_411,
          "Transfer-Encoding is not taken here: send a Content-Length");
    }
  }
}
