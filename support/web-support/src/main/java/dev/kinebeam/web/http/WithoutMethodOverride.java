package dev.kinebeam.web.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;

/** A request without the header that lets Spark take another method than the request's own. */
final class WithoutMethodOverride extends Request.Wrapper {
  private static final String OVERRIDE = "X-HTTP-Method-Override";

  private final HttpFields headers;

  private WithoutMethodOverride(Request request) {
    super(request);
    headers = HttpFields.build(request.getHeaders()).remove(OVERRIDE).asImmutable();
  }

  static Request of(Request request) {
    return request.getHeaders().contains(OVERRIDE) ? new WithoutMethodOverride(request) : request;
  }

  @Override
  public HttpFields getHeaders() {
    return headers;
  }
}
