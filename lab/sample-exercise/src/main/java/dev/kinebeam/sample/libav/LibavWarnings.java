package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_WARNING;
import static org.bytedeco.ffmpeg.global.avutil.av_log_get_level;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What libav has to say, at the level of a warning or above, while something runs. */
public final class LibavWarnings {
  private static final Logger log = LoggerFactory.getLogger(LibavWarnings.class);
  private static final Collector COLLECTOR = new Collector();

  private LibavWarnings() {}

  /** Something that reads or writes media. */
  @FunctionalInterface
  public interface MediaAction {
    void run() throws IOException;
  }

  /**
   * Runs the action and returns each line that libav logged meanwhile. The log belongs to the whole
   * process: one call runs at a time, and what other threads make libav say is heard too. The
   * listener stays in place afterwards and passes on to our own log, since libav cannot be given
   * its first one back.
   */
  public static synchronized List<String> during(MediaAction action) throws IOException {
    int levelBefore = av_log_get_level();
    COLLECTOR.lines.clear();
    COLLECTOR.listening = true;
    setLogCallback(COLLECTOR);
    av_log_set_level(AV_LOG_WARNING);
    try {
      action.run();
      return List.copyOf(COLLECTOR.lines);
    } finally {
      COLLECTOR.listening = false;
      av_log_set_level(levelBefore);
    }
  }

  /** Never freed, since libav may call it from any thread at any time. */
  private static final class Collector extends LogCallback {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private volatile boolean listening;

    @Override
    public void call(int level, BytePointer message) {
      if (level > AV_LOG_WARNING) {
        return;
      }
      String line = message.getString().strip();
      if (listening) {
        lines.add(line);
      } else {
        log.warn("libav: {}", line);
      }
    }
  }
}
