package dev.kinebeam.web.http;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the route that a request takes. A literal segment has precedence over a parameter. */
final class RouteTable {
  private final List<Entry> entries;

  RouteTable(List<Route> routes) {
    entries =
        routes.stream().map(Entry::of).sorted(Comparator.comparing(Entry::parameters)).toList();
  }

  /** What a request asks for. */
  sealed interface Match {
    /** A route, and what stands at its parameters. */
    record Found(Route route, Map<String, String> parameters) implements Match {}

    /** A path of routes that take other methods; {@code allow} lists them. */
    record OtherMethod(String allow) implements Match {}

    /** A path of no route. */
    record NoRoute() implements Match {}
  }

  private record Entry(Route route, List<Optional<String>> names, List<String> literals) {
    static Entry of(Route route) {
      List<String> segments = List.of(route.path().substring(1).split("/", -1));
      return new Entry(route, segments.stream().map(Route::parameter).toList(), segments);
    }

    long parameters() {
      return names.stream().filter(Optional::isPresent).count();
    }

    boolean matches(List<String> segments) {
      if (segments.size() != literals.size()) {
        return false;
      }
      for (int i = 0; i < segments.size(); i++) {
        if (names.get(i).isEmpty() && !literals.get(i).equals(segments.get(i))) {
          return false;
        }
      }
      return true;
    }

    Map<String, String> valuesIn(List<String> segments) {
      Map<String, String> values = new HashMap<>();
      for (int i = 0; i < segments.size(); i++) {
        String value = segments.get(i);
        names.get(i).ifPresent(name -> values.put(name, value));
      }
      return values;
    }
  }

  Match match(String method, List<String> segments) {
    TreeSet<String> allowed = new TreeSet<>();
    for (Entry entry : entries) {
      if (entry.matches(segments)) {
        if (entry.route.method().answers(method)) {
          return new Match.Found(entry.route, entry.valuesIn(segments));
        }
        allowed.addAll(entry.route.method().answered());
      }
    }
    return allowed.isEmpty()
        ? new Match.NoRoute()
        : new Match.OtherMethod(String.join(", ", allowed));
  }
}
