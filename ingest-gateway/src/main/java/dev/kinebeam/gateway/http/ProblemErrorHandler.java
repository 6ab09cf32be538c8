package dev.kinebeam.gateway.http;

import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ErrorHandler;

/** Makes what the server refuses by itself (bad syntax, shutting down) a problem document too. */
final class ProblemErrorHandler extends ErrorHandler {
  private static final String PROBLEM = "application/problem+json";

  @Override
  public ByteBuffer badMessageError(int status, String reason, HttpFields fields) {
    fields.put(HttpHeader.CONTENT_TYPE, PROBLEM);
    fields.put(HttpHeader.CONNECTION, "close");
    return ByteBuffer.wrap(document(status, reason));
  }

  @Override
  public void handle(
      String target, Request base, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    base.setHandled(true);
    int status = response.getStatus();
    response.setContentType(PROBLEM);
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      response.setHeader("Retry-After", "1");
      response.setHeader("Connection", "close");
    }
    response.getOutputStream().write(document(status, null));
  }

  private static byte[] document(int status, String reason) {
    String detail = reason == null ? HttpStatus.getMessage(status) : reason;
    return Json.bytes(Problem.of(status, detail).document());
  }
}
