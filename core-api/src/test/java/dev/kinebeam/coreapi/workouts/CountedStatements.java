package dev.kinebeam.coreapi.workouts;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Counts the statements that are prepared on the connections of a source. */
public final class CountedStatements {
  private final AtomicInteger count = new AtomicInteger();
  private final DataSource counted;

  private CountedStatements(DataSource source) {
    counted =
        proxy(
            DataSource.class,
            source,
            (name, result) ->
                name.equals("getConnection")
                    ? proxy(
                        Connection.class,
                        result,
                        (called, made) -> {
                          if (called.startsWith("prepare")) {
                            count.incrementAndGet();
                          }
                          return made;
                        })
                    : result);
  }

  public static CountedStatements on(DataSource source) {
    return new CountedStatements(source);
  }

  /** The source whose statements are counted. */
  public DataSource source() {
    return counted;
  }

  public int count() {
    return count.get();
  }

  private interface After {
    Object of(String method, Object result);
  }

  private static <T> T proxy(Class<T> type, Object target, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return after.of(method.getName(), method.invoke(target, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
