package dev.kinebeam.web.http;

/** Hears of every request that was answered. */
@FunctionalInterface
public interface RequestObserver {
  /**
   * One answer was given.
   *
   * @param route the route's path with its parameters in braces; {@code pages} for everything that
   *     is not a route
   */
  void answered(String method, String route, int status, long nanos);
}
