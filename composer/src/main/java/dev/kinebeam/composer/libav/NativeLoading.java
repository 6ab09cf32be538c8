package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_version;
import static org.bytedeco.ffmpeg.global.avformat.avformat_version;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;

/**
 * Loads the libraries in a thread that is never interrupted, and always waits for it: a task that
 * is cancelled while they are unpacked would leave classes that fail for as long as the process
 * lives. Not a part of {@link Libav}, whose initialisation waits for it.
 */
final class NativeLoading extends Thread {
  private volatile Throwable failure;

  private NativeLoading() {
    super("libav-loading");
    setDaemon(true);
  }

  /** Returns when they are loaded. */
  static void load() {
    NativeLoading loading = new NativeLoading();
    loading.start();
    boolean interrupted = false;
    while (loading.isAlive()) {
      try {
        loading.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (loading.failure != null) {
      throw new IllegalStateException("the libraries of libav cannot be loaded", loading.failure);
    }
  }

  @Override
  public void run() {
    try {
      av_log_set_level(AV_LOG_ERROR);
      avcodec_version();
      avformat_version();
    } catch (RuntimeException | LinkageError e) {
      failure = e;
    }
  }
}
