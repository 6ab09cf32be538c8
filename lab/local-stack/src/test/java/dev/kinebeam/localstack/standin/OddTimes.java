package dev.kinebeam.localstack.standin;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_q2d;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Valid MP4s whose picture and sound do not begin or end together: another's packets, copied.
 *
 * @param pictureLate seconds by which the picture begins later
 * @param soundLate seconds by which the sound does
 * @param pictureEnds where the picture of the source is cut, in seconds
 * @param soundEnds where its sound is
 */
record OddTimes(double pictureLate, double soundLate, double pictureEnds, double soundEnds) {
  private static final double WHOLE = 1e6;

  static OddTimes late(double picture, double sound) {
    return new OddTimes(picture, sound, WHOLE, WHOLE);
  }

  static OddTimes cut(double picture, double sound) {
    return new OddTimes(0, 0, picture, sound);
  }

  Path of(Path source, Path target) throws UnreadableVideoException {
    AVFormatContext input = HostLibav.open(source);
    AVFormatContext output = new AVFormatContext(null);
    try {
      HostLibav.check(
          avformat_alloc_output_context2(output, null, "mp4", target.toString()), "no muxer");
      for (int i = 0; i < input.nb_streams(); i++) {
        AVStream stream = avformat_new_stream(output, null);
        avcodec_parameters_copy(stream.codecpar(), input.streams(i).codecpar());
        stream.codecpar().codec_tag(0);
        stream.time_base(input.streams(i).time_base());
      }
      AVIOContext file = new AVIOContext(null);
      HostLibav.check(avio_open(file, target.toString(), AVIO_FLAG_WRITE), "no file");
      output.pb(file);
      HostLibav.check(avformat_write_header(output, (PointerPointer<?>) null), "no header");
      copy(input, output);
      HostLibav.check(av_write_trailer(output), "no trailer");
      avio_closep(file);
      return target;
    } finally {
      avformat_free_context(output);
      avformat_close_input(input);
    }
  }

  private void copy(AVFormatContext input, AVFormatContext output) throws UnreadableVideoException {
    AVPacket packet = av_packet_alloc();
    while (av_read_frame(input, packet) >= 0) {
      AVStream from = input.streams(packet.stream_index());
      boolean picture = from.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO;
      double tick = av_q2d(from.time_base());
      if (packet.pts() * tick < (picture ? pictureEnds : soundEnds)) {
        long late = Math.round((picture ? pictureLate : soundLate) / tick);
        packet.pts(packet.pts() + late);
        packet.dts(packet.dts() + late);
        AVStream to = output.streams(packet.stream_index());
        av_packet_rescale_ts(packet, from.time_base(), to.time_base());
        HostLibav.check(av_interleaved_write_frame(output, packet), "a packet does not fit");
      }
      av_packet_unref(packet);
    }
    av_packet_free(packet);
  }
}
