package dev.kinebeam.web.http;

import dev.kinebeam.web.auth.Principal;
import java.util.Optional;

/**
 * Decides about a request by its head alone, before any of its body is read. Called in a thread of
 * the server, which it may hold for a short time only. Thread-safe.
 */
interface Gate {
  /** How a request continues. */
  sealed interface Verdict {
    /**
     * It is answered at once, and its body is not read.
     *
     * @param whenOver runs once, when the caller has everything or has left
     */
    record Answered(Reply reply, Runnable whenOver) implements Verdict {}

    /** It is served by Spark, which finds {@code admission} at the request. */
    record Admitted(Admission admission) implements Verdict {}
  }

  /** What was found out about a request that is served. */
  interface Admission {
    /** Whether the route reads a body. */
    boolean readsBody();

    /** The most bytes that the route takes as a body, within the server's own limit. */
    int maxBodyBytes();

    /** Who sends it, as far as the head says. */
    Optional<Principal> caller();
  }

  /** A request's method, path and header fields. */
  interface Head {
    String method();

    /** Names the request in the logs and in its answer. */
    String id();

    /** As it was sent, without the query. */
    String path();

    /** The first field of this name, in any case. */
    Optional<String> header(String name);

    /** What counts as one client: its address, or the network that its site was given. */
    Object site();

    /**
     * The query, for a route with this handler.
     *
     * @throws Problem 400 when it has parameters that the handler refuses, or cannot be read
     */
    QueryParameters queries(Route.Handler handler) throws Problem;
  }

  Verdict check(Head head);

  /**
   * Answers a request that {@link #check} admitted and whose body then did not arrive as it must.
   */
  Reply bodyRefused(Admission admission, Head head, Problem problem);
}
