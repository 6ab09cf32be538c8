package dev.kinebeam.localstack.standin;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntConsumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;

/**
 * Turns one file with H.264 and perhaps AAC into HLS of one quality by copying its packets:
 * fragmented MP4 segments that start at key frames, about two seconds long, and the playlists that
 * name them. Not safe for use by many threads.
 */
public final class HlsPackager implements AutoCloseable {
  private static final int NONE = -1;
  private static final int SEGMENT_SECONDS = 2;

  /** A stream that ends this much before the file says was cut off. */
  private static final double MISSING_TOLERATED = 0.05;

  private final AVFormatContext input;
  private final int videoIndex;
  private final int audioIndex;

  private HlsPackager(AVFormatContext input, int videoIndex, int audioIndex) {
    this.input = input;
    this.videoIndex = videoIndex;
    this.audioIndex = audioIndex;
  }

  /** Opens a file from outside. */
  public static HlsPackager open(Path file) throws UnreadableVideoException {
    AVFormatContext input = HostLibav.open(file);
    try {
      int video = stream(input, AVMEDIA_TYPE_VIDEO);
      if (video == NONE) {
        throw new UnreadableVideoException("no video stream");
      }
      if (input.streams(video).codecpar().codec_id() != AV_CODEC_ID_H264) {
        throw new UnreadableVideoException("this host copies H.264 only and does not re-encode");
      }
      int audio = stream(input, AVMEDIA_TYPE_AUDIO);
      if (audio != NONE && input.streams(audio).codecpar().codec_id() != AV_CODEC_ID_AAC) {
        throw new UnreadableVideoException("this host copies AAC only and does not re-encode");
      }
      return new HlsPackager(input, video, audio);
    } catch (UnreadableVideoException e) {
      avformat_close_input(input);
      throw e;
    }
  }

  private static int stream(AVFormatContext input, int type) {
    return Math.max(NONE, av_find_best_stream(input, type, -1, -1, (AVCodec) null, 0));
  }

  /** What the file says of itself. */
  public Picture picture() {
    AVStream video = input.streams(videoIndex);
    return new Picture(
        seconds(),
        video.codecpar().width(),
        video.codecpar().height(),
        av_q2d(video.avg_frame_rate()));
  }

  /** As the container states it; 0 when it does not. */
  private double seconds() {
    return input.duration() == AV_NOPTS_VALUE
        ? 0
        : Math.max(0, input.duration() / (double) AV_TIME_BASE);
  }

  /**
   * Writes {@code playlist.m3u8} and a folder per quality below it.
   *
   * @param folder exists and is empty
   * @param percent called whenever it grows
   */
  public void write(Path folder, IntConsumer percent) throws IOException {
    String rendition = picture().height() + "p";
    Path media = Files.createDirectory(folder.resolve(rendition));
    copyPackets(media, percent);
    Path playlist = media.resolve("video.m3u8");
    Files.writeString(
        folder.resolve("playlist.m3u8"),
        MasterPlaylist.of(
            rendition + "/video.m3u8", playlist, picture(), videoParameters(), audioIndex != NONE));
  }

  private AVCodecParameters videoParameters() {
    return input.streams(videoIndex).codecpar();
  }

  private void copyPackets(Path folder, IntConsumer percent) throws UnreadableVideoException {
    AVFormatContext output = new AVFormatContext(null);
    Path playlist = folder.resolve("video.m3u8");
    HostLibav.check(
        avformat_alloc_output_context2(output, null, "hls", playlist.toString()), "no HLS muxer");
    try {
      int[] targets = addStreams(output);
      AVDictionary options = HostLibav.dictionary(muxerOptions(folder));
      int begun = avformat_write_header(output, options);
      av_dict_free(options);
      HostLibav.check(begun, "the streams do not fit into HLS");
      double[] ends = copy(output, targets, percent);
      HostLibav.check(av_write_trailer(output), "the last segment could not be written");
      checkEnds(ends);
    } finally {
      avformat_free_context(output);
    }
  }

  /**
   * Times stay as they are in the file, also the negative ones ahead of the first frame and the
   * first sample: then the initialisation takes them off by one edit for each track. Shifted above
   * zero they would need two, of which browsers heed none, and be shown a frame late.
   */
  private static Map<String, String> muxerOptions(Path folder) {
    return Map.of(
        "avoid_negative_ts", "disabled",
        "hls_time", Integer.toString(SEGMENT_SECONDS),
        "hls_playlist_type", "vod",
        "hls_flags", "independent_segments",
        "hls_segment_type", "fmp4",
        "hls_fmp4_init_filename", "init.mp4",
        "hls_segment_filename", folder.resolve("segment%d.m4s").toString());
  }

  /** Returns each input stream's index in the output, or {@link #NONE}. */
  private int[] addStreams(AVFormatContext output) throws UnreadableVideoException {
    int[] targets = new int[input.nb_streams()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = NONE;
      if (i == videoIndex || i == audioIndex) {
        AVStream stream = avformat_new_stream(output, null);
        HostLibav.check(
            avcodec_parameters_copy(stream.codecpar(), input.streams(i).codecpar()),
            "no memory for a stream");
        stream.codecpar().codec_tag(0);
        stream.time_base(input.streams(i).time_base());
        targets[i] = stream.index();
      }
    }
    return targets;
  }

  /**
   * Each stream must reach the end that the file promises for it, of which one that promises none
   * may reach less, as long as another reaches the file's. Picture and sound may begin and end at
   * different times.
   */
  private void checkEnds(double[] ends) throws UnreadableVideoException {
    double last = 0;
    for (int i = 0; i < ends.length; i++) {
      AVStream stream = input.streams(i);
      if ((i == videoIndex || i == audioIndex) && stream.duration() != AV_NOPTS_VALUE) {
        double begin = seconds(stream, stream.start_time());
        double promised = seconds(stream, stream.duration());
        checkEnd(i == videoIndex ? "picture" : "sound", ends[i] - begin, promised);
      }
      last = Math.max(last, ends[i]);
    }
    double start = input.start_time() == AV_NOPTS_VALUE ? 0 : input.start_time();
    // Streams that are not copied, such as subtitles, may be longer.
    if (input.nb_streams() <= (audioIndex == NONE ? 1 : 2)) {
      checkEnd("file", last - start / AV_TIME_BASE, seconds());
    }
  }

  private static void checkEnd(String what, double reached, double promised)
      throws UnreadableVideoException {
    if (reached < promised * (1 - MISSING_TOLERATED)) {
      throw new UnreadableVideoException(
          "the %s was cut off: %.1f s of %.1f s are there".formatted(what, reached, promised));
    }
  }

  private static double seconds(AVStream stream, long time) {
    return time == AV_NOPTS_VALUE ? 0 : time * av_q2d(stream.time_base());
  }

  /** Returns where the last packet of each stream ends, in seconds of the file's time line. */
  private double[] copy(AVFormatContext output, int[] targets, IntConsumer percent)
      throws UnreadableVideoException {
    AVPacket packet = av_packet_alloc();
    double[] ends = new double[targets.length];
    int reported = 0;
    try {
      while (av_read_frame(input, packet) >= 0) {
        int source = packet.stream_index();
        if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
          throw new UnreadableVideoException(
              "a damaged packet at %.1f s".formatted(ends[videoIndex]));
        }
        if (source < targets.length && targets[source] != NONE) {
          ends[source] = Math.max(ends[source], end(packet, input.streams(source)));
          if (source == videoIndex) {
            int done = seconds() == 0 ? 0 : (int) Math.min(99, ends[source] / seconds() * 100);
            if (done > reported) {
              reported = done;
              percent.accept(done);
            }
          }
          AVStream target = output.streams(targets[source]);
          av_packet_rescale_ts(packet, input.streams(source).time_base(), target.time_base());
          packet.stream_index(targets[source]);
          HostLibav.check(av_interleaved_write_frame(output, packet), "a packet does not fit");
        }
        av_packet_unref(packet);
      }
      return ends;
    } finally {
      av_packet_free(packet);
    }
  }

  private static double end(AVPacket packet, AVStream stream) {
    long pts = packet.pts() == AV_NOPTS_VALUE ? packet.dts() : packet.pts();
    return seconds(stream, pts + packet.duration());
  }

  @Override
  public void close() {
    avformat_close_input(input);
  }
}
