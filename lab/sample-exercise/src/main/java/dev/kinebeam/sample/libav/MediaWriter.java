package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Writes one MP4 with picture and sound, or one MP3. Equal input gives equal bytes: encoders run on
 * one thread each and nothing of the time or the machine is written.
 *
 * <p>Not for use by more than one thread at a time. The file is complete once {@link #finish} has
 * returned; a writer that is closed before leaves a broken file behind.
 */
public final class MediaWriter implements AutoCloseable {
  private final AVFormatContext container = new AVFormatContext(null);
  private final AVIOContext output = new AVIOContext(null);
  private final AudioFormat audioFormat;
  private final float[] sound;
  private EncodedTrack video;
  private EncodedTrack audio;
  private AVFrame audioFrame;
  private long pictures;
  private int encodedSamples;
  private final int fps;

  private MediaWriter(
      String muxer, Path file, SampleVideoFormat video, AudioFormat audio, float[] sound)
      throws IOException {
    this.audioFormat = audio;
    this.sound = sound;
    this.fps = video == null ? 0 : video.fps();
    try {
      open(muxer, file, video);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts an MP4.
   *
   * @param sound the whole sound track, the same on every channel
   */
  public static MediaWriter mp4(
      Path file, SampleVideoFormat video, AudioFormat audio, float[] sound) throws IOException {
    return new MediaWriter("mp4", file, video, audio, sound);
  }

  /** Writes a complete MP3; the sound is the same on every channel. */
  public static void writeMp3(Path file, AudioFormat audio, float[] sound) throws IOException {
    try (MediaWriter writer = new MediaWriter("mp3", file, null, audio, sound)) {
      writer.finish();
    }
  }

  private void open(String muxer, Path file, SampleVideoFormat videoFormat) throws IOException {
    SampleLibav.check(
        avformat_alloc_output_context2(container, null, muxer, file.toString()), "open " + muxer);
    container.flags(container.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
    if (videoFormat != null) {
      video = EncodedTrack.video(container, videoFormat);
    }
    audio = EncodedTrack.audio(container, audioFormat);
    audioFrame = av_frame_alloc();
    audioFrame.nb_samples(audio.samplesPerFrame()).format(AV_SAMPLE_FMT_FLTP);
    audioFrame.sample_rate(audioFormat.sampleRate());
    av_channel_layout_default(audioFrame.ch_layout(), audioFormat.channels());
    SampleLibav.check(av_frame_get_buffer(audioFrame, 0), "allocate sound");
    SampleLibav.check(avio_open(output, file.toString(), AVIO_FLAG_WRITE), "create " + file);
    container.pb(output);
    AVDictionary options =
        SampleLibav.dictionary(videoFormat == null ? Map.of() : Map.of("movflags", "+faststart"));
    SampleLibav.check(avformat_write_header(container, options), "write the header of " + file);
    av_dict_free(options);
  }

  /** Appends the picture as it is now; its sound follows by itself. */
  public void write(Picture picture) throws IOException {
    AVFrame frame = picture.frame();
    frame.pts(pictures++);
    video.encode(frame);
    encodeSoundUntil(pictures * audioFormat.sampleRate() / fps);
  }

  /** Writes what is left of the sound, drains the encoders and completes the file. */
  public void finish() throws IOException {
    encodeSoundUntil(Long.MAX_VALUE);
    if (video != null) {
      video.encode(null);
    }
    audio.encode(null);
    SampleLibav.check(av_write_trailer(container), "complete the file");
    SampleLibav.check(avio_closep(output), "close the file");
  }

  private void encodeSoundUntil(long sample) throws IOException {
    int block = audio.samplesPerFrame();
    while (encodedSamples < sound.length && encodedSamples < sample) {
      int length = Math.min(block, sound.length - encodedSamples);
      SampleLibav.check(av_frame_make_writable(audioFrame), "allocate sound");
      audioFrame.nb_samples(length).pts(encodedSamples);
      for (int channel = 0; channel < audioFormat.channels(); channel++) {
        new FloatPointer(audioFrame.data(channel)).put(sound, encodedSamples, length);
      }
      audio.encode(audioFrame);
      encodedSamples += length;
    }
  }

  @Override
  public void close() {
    if (video != null) {
      video.close();
    }
    if (audio != null) {
      audio.close();
    }
    if (audioFrame != null) {
      av_frame_free(audioFrame);
    }
    if (!output.isNull()) {
      avio_closep(output);
    }
    if (!container.isNull()) {
      avformat_free_context(container);
    }
  }
}
