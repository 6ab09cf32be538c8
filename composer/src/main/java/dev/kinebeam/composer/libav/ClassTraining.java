package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Loads the classes that child processes need, by normalising a blank picture and some silence, so
 * that a {@link ClassArchive} has them. The arguments are classes to load beside those.
 */
public final class ClassTraining {
  private static final VideoFormat FORMAT = new VideoFormat(64, 64, 30, 100_000);
  private static final DurationLimit LONGEST = new DurationLimit(Duration.ofMinutes(1), "");
  private static final int FRAMES = 3;
  private static final int WAV_HEADER = 44;

  private ClassTraining() {}

  public static void main(String[] args) throws IOException, ClassNotFoundException {
    for (String name : args) {
      Class.forName(name);
    }
    Path folder = Files.createTempDirectory("kinebeam-classes");
    Path source = folder.resolve("source.mp4");
    Path made = folder.resolve("made.mp4");
    Path silence = folder.resolve("silence.wav");
    Path sound = folder.resolve("sound.pcm");
    try {
      writePictures(source);
      VideoNormalizer.normalize(
          source, List.of(new VideoNormalizer.Output(made, FORMAT)), LONGEST, frames -> {});
      Files.write(silence, wav(PcmDecoder.SAMPLE_RATE));
      PcmDecoder.decode(silence, sound, LONGEST);
    } finally {
      for (Path file : List.of(source, made, silence, sound, folder)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void writePictures(Path file) throws IOException {
    AVFrame frame = av_frame_alloc();
    try (H264Writer writer = new H264Writer(file, FORMAT)) {
      frame.width(FORMAT.width()).height(FORMAT.height()).format(AV_PIX_FMT_YUV420P);
      Libav.check(av_frame_get_buffer(frame, 0), "blank picture");
      for (int i = 0; i < FRAMES; i++) {
        writer.write(frame);
      }
      writer.finish();
    } finally {
      av_frame_free(frame);
    }
  }

  /** Silence in 16 bits, mono, 48 kHz. */
  private static byte[] wav(int samples) {
    int bytes = 2 * samples;
    ByteBuffer wav = ByteBuffer.allocate(WAV_HEADER + bytes).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(WAV_HEADER - 8 + bytes);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) 1).putInt(PcmDecoder.SAMPLE_RATE);
    wav.putInt(2 * PcmDecoder.SAMPLE_RATE).putShort((short) 2).putShort((short) 16);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    return wav.array();
  }
}
