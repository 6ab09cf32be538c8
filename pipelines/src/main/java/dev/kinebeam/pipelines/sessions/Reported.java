package dev.kinebeam.pipelines.sessions;

/**
 * A fact with the event that reported it. Choosing the earliest or the latest of two is
 * associative, commutative and idempotent; null stands for a fact that no event has reported yet.
 */
record Reported<T>(EventOrder order, T value) {
  static <T> Reported<T> earliest(Reported<T> a, Reported<T> b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compare(b) <= 0 ? a : b;
  }

  static <T> Reported<T> latest(Reported<T> a, Reported<T> b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compare(b) >= 0 ? a : b;
  }

  static <T> T valueOf(Reported<T> fact) {
    return fact == null ? null : fact.value;
  }

  static EventOrder orderOf(Reported<?> fact) {
    return fact == null ? null : fact.order;
  }

  /**
   * Total: a player that sends one id with two contents must not make the outcome depend on which
   * came first, so the text of the contents decides then.
   */
  int compare(Reported<T> other) {
    int byOrder = order.compareTo(other.order);
    if (byOrder != 0 || value.equals(other.value)) {
      return byOrder;
    }
    return value.toString().compareTo(other.value.toString());
  }
}
