package dev.kinebeam.web.http;

import dev.kinebeam.web.auth.Principal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * In front of Spark: asks the gate about each request, and reads the body of an admitted one
 * without holding a thread. Spark sees a request when nothing of it is still to come.
 */
final class FrontHandler extends Handler.Wrapper {
  /** The attribute of a request that holds its {@link Gate.Admission}. */
  static final String ADMISSION = "dev.kinebeam.admission";

  /** The attribute of a request that holds its {@link Gate.Head}. */
  static final String HEAD = "dev.kinebeam.head";

  /** The attribute of a request that holds the bytes of its body, if it has one. */
  static final String BODY = "dev.kinebeam.body";

  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final int TOO_MANY = 429;

  private final Gate gate;
  private final HttpLimits limits;
  private final BodyBudget budget;
  private final UnfinishedBodies unfinished;

  FrontHandler(Gate gate, HttpLimits limits, BodyBudget budget, Handler spark) {
    super(spark);
    this.gate = gate;
    this.limits = limits;
    this.budget = budget;
    this.unfinished = limits.bodies().unfinished();
  }

  /** The callers of one client address whose tokens are in their bodies. */
  private record Unnamed(Object site) {}

  private record JettyHead(Request request, String id, TrustedProxies proxies)
      implements Gate.Head {
    static JettyHead of(Request request, TrustedProxies proxies) {
      return new JettyHead(request, UUID.randomUUID().toString(), proxies);
    }

    @Override
    public String method() {
      return request.getMethod();
    }

    @Override
    public String path() {
      return request.getHttpURI().getPath();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(request.getHeaders().get(name));
    }

    @Override
    public Object site() {
      return TrustedProxies.site(client());
    }

    private InetAddress client() {
      HttpFields fields = request.getHeaders();
      return proxies.client(
          peer(request),
          fields.getValuesList(HttpHeader.FORWARDED.asString()),
          fields.getValuesList(FORWARDED_FOR));
    }

    @Override
    public QueryParameters queries(Route.Handler handler) throws Problem {
      return QueryParameters.read(request, handler);
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Gate.Head head = JettyHead.of(request, limits.bodies().proxies());
    request.setAttribute(HEAD, head);
    Gate.Verdict verdict = gate.check(head);
    if (verdict instanceof Gate.Verdict.Answered answered) {
      Callback releasing = Callback.from(callback, answered.whenOver());
      answer(answered.reply(), request, response, releasing);
      return true;
    }
    Gate.Admission admission = ((Gate.Verdict.Admitted) verdict).admission();
    request.setAttribute(ADMISSION, admission);
    if (!admission.readsBody() || request.getLength() <= 0) {
      return super.handle(request, response, callback);
    }
    BodyBudget.Share share = budget.open();
    Callback releasing = Callback.from(callback, share::close);
    ArrivingBody.Ends ends =
        new ArrivingBody.Ends() {
          @Override
          public void arrived(byte[] body) {
            request.setAttribute(BODY, body);
            serve(request, response, releasing);
          }

          @Override
          public void refused(Problem problem) {
            answer(gate.bodyRefused(admission, head, problem), request, response, releasing);
          }
        };
    new ArrivingBody(
            request,
            limits.accepting(admission.maxBodyBytes()),
            share,
            () -> lease(request, head.site(), admission.caller()),
            ends)
        .run();
    return true;
  }

  /**
   * Counts a body that has not arrived with its head.
   *
   * @throws Problem 429 when its sender has too many on the way
   */
  private UnfinishedBodies.Lease lease(Request request, Object site, Optional<Principal> known)
      throws Problem {
    Object caller = known.isPresent() ? known.get() : new Unnamed(site);
    return unfinished
        .begin(caller, site, request.getLength())
        .orElseThrow(
            () ->
                Problem.of(
                        TOO_MANY,
                        "Too many bodies of this caller or address are on their way: at most %d of a caller and %d of an address."
                            .formatted(
                                limits.bodies().unfinishedPerCaller(),
                                limits.bodies().unfinishedPerAddress()))
                    .withHeader("Retry-After", "1"));
  }

  private static InetAddress peer(Request request) {
    SocketAddress peer = request.getConnectionMetaData().getRemoteSocketAddress();
    return peer instanceof InetSocketAddress internet && internet.getAddress() != null
        ? internet.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  @SuppressWarnings("CatchingUnchecked") // handlers declare Exception; Jetty answers what is left
  private void serve(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Exception e) {
      Response.writeError(request, response, callback, e);
    }
  }

  private static void answer(Reply reply, Request request, Response response, Callback callback) {
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    reply.headers().forEach(headers::put);
    reply.cookies().forEach(cookie -> headers.add(HttpHeader.SET_COOKIE, cookie));
    if (!reply.contentType().isEmpty()) {
      headers.put(HttpHeader.CONTENT_TYPE, reply.contentType());
    }
    if (reply.status() != 204 && reply.status() != 304) {
      headers.put(HttpHeader.CONTENT_LENGTH, reply.body().length);
    }
    if (request.getLength() > 0 && !request.consumeAvailable()) {
      // The rest of the body would be read as the next request.
      headers.put(HttpHeader.CONNECTION, "close");
    }
    SlicedWrite.begin(response, reply.body(), callback);
  }
}
