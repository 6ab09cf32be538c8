package dev.kinebeam.catalog.personal;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Instant;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The task that processes one personal video. There is at most one of a video, so a second {@code
 * upload-complete} while it runs changes nothing.
 */
public final class PersonalVideoTask {
  /** The task's name. */
  public static final String NAME = "personalized-exercise-video";

  /** Without data: the row of the video has all of it. */
  public static final TaskDescriptor<Void> DESCRIPTOR = TaskDescriptor.of(NAME);

  /** The table of the scheduler that runs it. */
  public static final String TABLE = "personal_video_tasks";

  static final String PREFIX = "personalized-video-";

  // The client reads by it whether the task is there; it runs in the worker.
  private static final Task<Void> ENTERED_ONLY =
      Tasks.oneTime(DESCRIPTOR)
          .execute(
              (instance, context) -> {
                throw new IllegalStateException(NAME + " runs in the media worker");
              });

  private PersonalVideoTask() {}

  /** The name of a video's task among those of {@link #NAME}. */
  public static String instance(long videoId) {
    return PREFIX + videoId;
  }

  /**
   * The video of a task.
   *
   * @throws IllegalArgumentException when this is not the name of one
   */
  public static long videoId(String instance) {
    if (!instance.startsWith(PREFIX)) {
      throw new IllegalArgumentException(instance + " does not name a personal video's task");
    }
    return Long.parseLong(instance.substring(PREFIX.length()));
  }

  /**
   * Enters the task in the handle's transaction, unless it is there: it exists if that commits.
   *
   * @return whether it was entered
   */
  static boolean schedule(Handle handle, long videoId, Instant due) {
    return SchedulerClient.Builder.create(sameConnection(handle), ENTERED_ONLY)
        .tableName(TABLE)
        // Detecting it would take a query each time.
        .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
        .build()
        .scheduleIfNotExists(DESCRIPTOR.instance(instance(videoId)).build(), due);
  }

  /** The client closes its connections; the handle's stays open, with its transaction. */
  private static DataSource sameConnection(Handle handle) {
    Connection connection = handle.getConnection();
    Connection lent =
        proxy(
            Connection.class,
            (method, arguments) ->
                method.getName().equals("close") ? null : method.invoke(connection, arguments));
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          if (!method.getName().equals("getConnection")) {
            throw new UnsupportedOperationException(method.getName());
          }
          return lent;
        });
  }

  private interface Answer {
    @Nullable Object to(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            PersonalVideoTask.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return answer.to(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
