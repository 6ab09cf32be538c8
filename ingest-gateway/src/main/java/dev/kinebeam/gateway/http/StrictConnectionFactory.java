package dev.kinebeam.gateway.http;

import org.eclipse.jetty.http.BadMessageException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpChannelOverHttp;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnection;
import org.eclipse.jetty.server.HttpConnectionFactory;

/**
 * HTTP/1.1 without transfer codings. The open request-smuggling reports against this line of Jetty
 * ride on {@code Transfer-Encoding}, so a request that names it is refused with 411 while its
 * headers are still being read, before any body could be framed by it, and its connection is
 * closed.
 */
final class StrictConnectionFactory extends HttpConnectionFactory {
  private static final int LENGTH_REQUIRED = 411;

  StrictConnectionFactory(HttpConfiguration config) {
    super(config);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    HttpConnection connection =
        new HttpConnection(
            getHttpConfiguration(),
            connector,
            endPoint,
            getHttpCompliance(),
            isRecordHttpComplianceViolations()) {
          @Override
          protected HttpChannelOverHttp newHttpChannel() {
            return new StrictChannel(this);
          }
        };
    return configure(connection, connector, endPoint);
  }

  private static final class StrictChannel extends HttpChannelOverHttp {
    private StrictChannel(HttpConnection connection) {
      super(
          connection,
          connection.getConnector(),
          connection.getHttpConfiguration(),
          connection.getEndPoint(),
          connection);
    }

    @Override
    public void parsedHeader(HttpField field) {
      if (namesTransferEncoding(field.getName())) {
        throw refusal();
      }
      super.parsedHeader(field);
    }

    /** The parser itself refuses some uses of the header before this channel hears of it. */
    @Override
    public void badMessage(BadMessageException failure) {
      String reason = failure.getReason();
      super.badMessage(namesTransferEncoding(reason) ? refusal() : failure);
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

    private static BadMessageException refusal() {
      return new BadMessageException(
          LENGTH_REQUIRED, "Transfer-Encoding is not taken here: send a Content-Length");
    }
  }
}
