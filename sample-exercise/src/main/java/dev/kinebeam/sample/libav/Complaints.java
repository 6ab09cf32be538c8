package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_WARNING;
import static org.bytedeco.ffmpeg.global.avutil.av_log_get_level;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.logCallback;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;

/** What libav has to say, at the level of a warning or above, while something runs. */
public final class Complaints {
  private Complaints() {}

  /** Something that reads or writes media. */
  @FunctionalInterface
  public interface MediaAction {
    void run() throws IOException;
  }

  /**
   * Runs the action and returns each line that libav logged meanwhile. The log belongs to the whole
   * process: one call runs at a time, and what other threads make libav say is heard too.
   */
  public static synchronized List<String> during(MediaAction action) throws IOException {
    List<String> lines = new ArrayList<>();
    LogCallback before = logCallback();
    int levelBefore = av_log_get_level();
    try (LogCallback collector =
        new LogCallback() {
          @Override
          public void call(int level, BytePointer message) {
            if (level <= AV_LOG_WARNING) {
              synchronized (lines) {
                lines.add(message.getString().strip());
              }
            }
          }
        }) {
      av_log_set_level(AV_LOG_WARNING);
      setLogCallback(collector);
      action.run();
    } finally {
      setLogCallback(before);
      av_log_set_level(levelBefore);
    }
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }
}
