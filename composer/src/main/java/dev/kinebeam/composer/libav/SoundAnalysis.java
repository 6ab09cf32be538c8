package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.DoublePointer;

/** Decodes a sound stream and measures it: length, loudness, true peak, where it falls silent. */
final class SoundAnalysis {
  private static final String METER = "ebur128@meter";

  /** In LUFS; what the meter says when no block of 400 ms was above its gate. */
  private static final double GATE = -70;

  private static final double NO_PEAK = -120;
  private static final double MICROS = 1e6;

  private final LevelTrack levels = new LevelTrack();
  private SoundClock clock;
  private int rate;
  private int channels;
  private double loudness = GATE;
  private double truePeak = NO_PEAK;

  private SoundAnalysis() {}

  static MediaReport.Sound at(MediaInput input, AVStream stream) throws MediaException {
    SoundAnalysis analysis = new SoundAnalysis();
    analysis.decode(input, stream);
    if (analysis.clock == null) {
      throw new MediaException("has an audio stream without a single sample");
    }
    double seconds = (double) analysis.clock.next() / analysis.rate;
    input.refuseUndecoded(stream, seconds + input.startMicros() / MICROS);
    return new MediaReport.Sound(
        avcodec_get_name(stream.codecpar().codec_id()).getString(),
        analysis.rate,
        analysis.channels,
        seconds,
        analysis.levels.heardUntil(),
        analysis.loudness <= GATE ? Double.NaN : analysis.loudness,
        Math.max(NO_PEAK, analysis.truePeak));
  }

  private void decode(MediaInput input, AVStream stream) throws MediaException {
    AVFrame frame = av_frame_alloc();
    AVFrame metered = av_frame_alloc();
    SoundFilter filter = null;
    try (StreamDecoder decoder = new StreamDecoder(input, stream)) {
      while (decoder.next(frame)) {
        if (filter == null) {
          rate = frame.sample_rate();
          channels = frame.ch_layout().nb_channels();
          filter = new SoundFilter(frame, chain());
          clock = new SoundClock(rate, StreamDecoder.tick(stream), input.startMicros());
        }
        frame.pts(clock.place(StreamDecoder.timeStamp(frame), frame.nb_samples()));
        filter.push(frame);
        drain(filter, metered);
      }
      if (filter != null) {
        filter.push(null);
        drain(filter, metered);
        loudness = filter.measured(METER, "integrated");
        truePeak = filter.measured(METER, "true_peak");
      }
    } finally {
      if (filter != null) {
        filter.close();
      }
      av_frame_free(metered);
      av_frame_free(frame);
    }
  }

  /** More than two channels are heard mixed down to two. */
  private String chain() {
    return (channels > 2 ? "aformat=channel_layouts=stereo," : "")
        + SoundFilter.inItsPlace(LevelTrack.RATE)
        + ","
        + METER
        + "=peak=true:dualmono=true";
  }

  private void drain(SoundFilter filter, AVFrame metered) throws MediaException {
    while (filter.pull(metered)) {
      int samples = metered.nb_samples();
      int width = metered.ch_layout().nb_channels();
      double[] values = new double[samples * width];
      new DoublePointer(metered.data(0)).get(values);
      levels.add(values, width);
      av_frame_unref(metered);
    }
  }

  /** The power of each 50 ms. */
  private static final class LevelTrack {
    static final int RATE = 48_000;
    private static final int WINDOW = RATE / 20;
    private static final double FAR_BELOW = 1e-4;
    private static final double SILENCE = 1e-9;
    private final List<Double> windows = new ArrayList<>();
    private double power;
    private int filled;

    void add(double[] interleaved, int channels) {
      for (int i = 0; i < interleaved.length; i += channels) {
        for (int channel = 0; channel < channels; channel++) {
          power += interleaved[i + channel] * interleaved[i + channel] / channels;
        }
        if (++filled == WINDOW) {
          close();
        }
      }
    }

    private void close() {
      windows.add(power / WINDOW);
      power = 0;
      filled = 0;
    }

    double heardUntil() {
      if (filled > 0) {
        close();
      }
      double loudest = windows.stream().mapToDouble(w -> w).max().orElse(0);
      double threshold = Math.max(SILENCE, loudest * FAR_BELOW);
      for (int i = windows.size(); i > 0; i--) {
        if (windows.get(i - 1) >= threshold) {
          return i * (double) WINDOW / RATE;
        }
      }
      return 0;
    }
  }
}
