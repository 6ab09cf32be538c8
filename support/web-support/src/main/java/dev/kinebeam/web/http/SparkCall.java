package dev.kinebeam.web.http;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import spark.Request;

/** A call that came through Spark. */
record SparkCall(Request request, Map<String, String> parameters, QueryParameters queries)
    implements Call {
  private static final byte[] NONE = {};

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.headers(name));
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(queries.values().get(name));
  }

  @Override
  public String path(String name) {
    return Objects.requireNonNull(parameters.get(name), () -> "the route has no part " + name);
  }

  @Override
  public byte[] body() {
    byte[] body = request.attribute(FrontHandler.BODY);
    return body == null ? NONE : body;
  }
}
