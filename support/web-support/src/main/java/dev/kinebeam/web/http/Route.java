package dev.kinebeam.web.http;

import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One route and who may take it.
 *
 * @param path with parameters in braces: {@code /v1/renders/{id}}
 * @param roles any of which opens the route; empty for an {@link OpenHandler} alone, whose callers
 *     show neither a token nor a session
 */
public record Route(Method method, String path, Set<Role> roles, Handler handler) {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");

  public Route {
    roles = Set.copyOf(roles);
    if (roles.isEmpty() != (handler instanceof OpenHandler)) {
      throw new IllegalArgumentException(
          path + " must take a role, or be open to callers without one: not both, not neither");
    }
  }

  /** A route that is open to callers without a token or session. */
  public static Route open(Method method, String path, OpenHandler handler) {
    return new Route(method, path, Set.of(), handler);
  }

  /** Whether callers need neither a token nor a session. */
  public boolean isOpen() {
    return handler instanceof OpenHandler;
  }

  /** Its method and path. */
  public String name() {
    return method + " " + path;
  }

  /** What a route does for a caller who may take it. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers the call.
     *
     * @throws Problem when the answer is a problem document
     * @throws Exception when something is broken here; the caller gets a 500 without details
     */
    Reply handle(Call call, Principal caller) throws Exception;

    /**
     * The query parameters that the route has; a request with another one is refused, unless the
     * handler {@link #passesOverOthers}.
     */
    default Set<String> parameters() {
      return Set.of();
    }

    /**
     * Whether query parameters that the route does not have are passed over, as where a protocol
     * lets others add their own.
     */
    default boolean passesOverOthers() {
      return false;
    }

    /** The most bytes that a body may have as it is sent, where that is less than the server's. */
    default int maxBodyBytes() {
      return Integer.MAX_VALUE;
    }
  }

  /** The name of the parameter that {@code segment} of a path stands for, if it is one. */
  static Optional<String> parameter(String segment) {
    Matcher matcher = PARAMETER.matcher(segment);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
