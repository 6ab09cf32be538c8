package dev.kinebeam.gateway.http;

/** The methods that routes are made of. HEAD is answered as GET without the body. */
public enum Method {
  GET,
  POST,
  PUT
}
