package dev.kinebeam.localstack.bunny;

import dev.kinebeam.localstack.standin.ApiFailure;
import java.util.List;
import java.util.function.Function;

/** A part of a list, in Bunny's envelope. Pages count from 1. */
record ListPage<T>(int totalItems, int currentPage, int itemsPerPage, List<T> items) {
  private static final int USUAL = 100;
  private static final int LARGEST = 1000;

  static <T> ListPage<T> of(ApiCall call, List<T> all) throws ApiFailure {
    int number = call.number("page", 1, 1, Integer.MAX_VALUE);
    int size = call.number("itemsPerPage", USUAL, 1, LARGEST);
    int from = (int) Math.min(all.size(), (number - 1L) * size);
    int to = Math.min(all.size(), from + size);
    return new ListPage<>(all.size(), number, size, all.subList(from, to));
  }

  <V> ListPage<V> map(Function<T, V> view) {
    return new ListPage<>(totalItems, currentPage, itemsPerPage, items.stream().map(view).toList());
  }
}
