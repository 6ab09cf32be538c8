package dev.kinebeam.catalog.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an answer into memory up to a limit, and fails with an {@link IOException} as
 * soon as it is longer, whatever its Content-Length says. The rest is not read: the connection is
 * closed. A client never needs more memory than the limit for an answer, however long the server
 * sends.
 */
public final class BoundedBody {
  private BoundedBody() {}

  /** The body as bytes; at most {@code limit} of them. */
  public static BodyHandler<byte[]> bytes(int limit) {
    return head -> new Collector(limit);
  }

  /** The body as UTF-8 text; at most {@code limit} bytes. */
  public static BodyHandler<String> text(int limit) {
    return head ->
        BodySubscribers.mapping(
            new Collector(limit), bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static final class Collector implements BodySubscriber<byte[]> {
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    Collector(int limit) {
      this.limit = limit;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      if (body.isDone()) {
        return;
      }
      for (ByteBuffer buffer : buffers) {
        if (buffer.remaining() > limit - bytes.size()) {
          Objects.requireNonNull(subscription, "onSubscribe comes first").cancel();
          body.completeExceptionally(
              new IOException("the answer is longer than " + limit + " bytes"));
          return;
        }
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        bytes.write(part, 0, part.length);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }
  }
}
