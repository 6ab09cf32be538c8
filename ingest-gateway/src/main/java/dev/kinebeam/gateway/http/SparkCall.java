package dev.kinebeam.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.servlet.ServletRequest;
import javax.servlet.ServletRequestWrapper;
import spark.Request;

/** A call that came through Spark. */
record SparkCall(Request request) implements Call {
  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.headers(name));
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(request.queryParams(name));
  }

  @Override
  public String path(String name) {
    return request.params(name);
  }

  /** Past Spark's wrapper, which would read the whole body into memory first. */
  @Override
  public InputStream body() {
    ServletRequest raw = request.raw();
    while (raw instanceof ServletRequestWrapper wrapper) {
      raw = wrapper.getRequest();
    }
    try {
      return raw.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
