package dev.kinebeam.web.http;

import java.util.List;

/** The methods that routes are made of. HEAD is answered as GET without the body. */
public enum Method {
  GET("GET", "HEAD"),
  POST("POST"),
  PUT("PUT"),
  PATCH("PATCH"),
  DELETE("DELETE");

  private final List<String> answered;

  Method(String... answered) {
    this.answered = List.of(answered);
  }

  /** The methods of requests, which are case-sensitive, that a route of this one answers. */
  List<String> answered() {
    return answered;
  }

  boolean answers(String method) {
    return answered.contains(method);
  }

  /** Whether requests of this method have a body that the route reads. */
  boolean hasBody() {
    return this == POST || this == PUT || this == PATCH;
  }
}
