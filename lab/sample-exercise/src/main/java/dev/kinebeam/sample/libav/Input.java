package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.PointerPointer;

/** An opened media file. */
final class Input implements AutoCloseable {
  private final Path file;
  private final AVFormatContext context = new AVFormatContext(null);

  Input(Path file) throws IOException {
    this.file = file;
    SampleLibav.check(avformat_open_input(context, file.toString(), null, null), "open " + file);
    try {
      SampleLibav.check(
          avformat_find_stream_info(context, (PointerPointer<?>) null), "read " + file);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  AVFormatContext context() {
    return context;
  }

  /** Start of the container's timeline in microseconds. */
  long startMicros() {
    return context.start_time() == AV_NOPTS_VALUE ? 0 : context.start_time();
  }

  /** The first stream of a media type. */
  Optional<AVStream> first(int mediaType) {
    for (int i = 0; i < context.nb_streams(); i++) {
      if (context.streams(i).codecpar().codec_type() == mediaType) {
        return Optional.of(context.streams(i));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    avformat_close_input(context);
  }
}
