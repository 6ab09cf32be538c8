package dev.kinebeam.web.http;

import dev.kinebeam.schemas.Json;
import java.util.UUID;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Makes what the server refuses by itself (bad syntax, shutting down) a problem document too. */
final class ProblemErrorHandler extends ErrorHandler {
  private static final String PROBLEM = "application/problem+json";

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String detail = HttpStatus.getMessage(status);
    if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException refused) {
      status = refused.getCode();
      detail = refused.getReason() == null ? HttpStatus.getMessage(status) : refused.getReason();
      response.setStatus(status);
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, PROBLEM);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    }
    String id = UUID.randomUUID().toString();
    response.getHeaders().put(ResponseFinisher.REQUEST_ID, id);
    byte[] document = Json.bytes(Problem.of(status, detail).document(id));
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, document.length);
    SlicedWrite.begin(response, document, callback);
    return true;
  }
}
