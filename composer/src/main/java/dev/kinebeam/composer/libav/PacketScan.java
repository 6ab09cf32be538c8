package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_ENCRYPTION_INFO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_ENCRYPTION_INIT_INFO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_get_side_data;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_TS_DISCONT;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * What the packets of a file say, found by reading all of them and decoding none: how long its
 * picture and its sound are, where their time breaks, whether they can be decoded at all.
 *
 * @param picture empty without one
 * @param sound empty without any
 * @param reached the end of the last packet of any stream, in microseconds of the file's own time
 * @param brokenOff what reading ended with; 0 where the file ended
 */
record PacketScan(
    Optional<Track> picture, Optional<Track> sound, TimeLine line, long reached, int brokenOff) {

  /**
   * The packets of one stream.
   *
   * @param runs where their times follow one another
   * @param firstPackets the number of each run's first packet in the stream
   * @param packets how many there are
   * @param damaged whether a packet lacks a part, other than the last one of a recording
   * @param encrypted whether any is
   */
  record Track(
      int stream,
      List<TimeLine.Run> runs,
      List<Long> firstPackets,
      long packets,
      boolean damaged,
      boolean encrypted) {

    /** Of all runs together, in microseconds, without the time between them. */
    long runsMicros() {
      return runs.stream().mapToLong(run -> run.end() - run.start()).sum();
    }

    long startMicros() {
      return runs.isEmpty() ? 0 : runs.get(0).start();
    }

    /** The run that a packet belongs to, by its number in the stream. */
    int runOf(long packet) {
      int run = 0;
      while (run + 1 < runs.size() && firstPackets.get(run + 1) <= packet) {
        run++;
      }
      return run;
    }
  }

  private static final long MICROS = 1_000_000;

  /** A decoding time that runs back by more begins another recording; ffmpeg's own threshold. */
  private static final long RESTART_MICROS = MICROS / 10;

  /** Time stamps of broadcast formats carry no meaning beyond one recording. */
  private static final long BROADCAST_JUMP_MICROS = 2 * MICROS;

  private static final long JUMP_MICROS = 10 * MICROS;

  /** A file of more recordings was made to do harm. */
  private static final int MAX_RUNS = 1_000;

  /** Where recordings meet, a parser lays a break to so many packets before it. */
  private static final int PARSED_AHEAD = 2;

  /** Packets of one stream while they are read. */
  private static final class Reading {
    private final AVStream stream;
    private final long jump;
    private final List<TimeLine.Run> runs = new ArrayList<>();
    private final List<Long> firstPackets = new ArrayList<>();
    private TimeLine.Begin begin = TimeLine.Begin.FIRST;
    private long packets;
    private long start = Long.MAX_VALUE;
    private long end = Long.MIN_VALUE;
    private long until = Long.MIN_VALUE;
    private long decodedAt = AV_NOPTS_VALUE;
    private boolean damaged;
    private long damagedAt = -1;
    private boolean encrypted;

    Reading(AVStream stream, long jump) {
      this.stream = stream;
      this.jump = jump;
      AVCodecParameters parameters = stream.codecpar();
      encrypted =
          av_packet_side_data_get(
                  parameters.coded_side_data(),
                  parameters.nb_coded_side_data(),
                  AV_PKT_DATA_ENCRYPTION_INIT_INFO)
              != null;
      firstPackets.add(0L);
    }

    void take(AVPacket packet) throws MediaException {
      long pts = packet.pts() == AV_NOPTS_VALUE ? packet.dts() : packet.pts();
      // What an edit list leaves out is decoded for what follows, and has times of its own.
      boolean shown = (packet.flags() & AV_PKT_FLAG_DISCARD) == 0;
      if (shown) {
        breakBefore(packet, pts);
      }
      damaged |= damagedAt >= 0 && packets - damagedAt > PARSED_AHEAD;
      if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0 && damagedAt < 0) {
        damagedAt = packets;
      }
      encrypted |=
          av_packet_get_side_data(packet, AV_PKT_DATA_ENCRYPTION_INFO, (SizeTPointer) null) != null;
      if (pts != AV_NOPTS_VALUE && shown) {
        long duration = micros(Math.max(0, packet.duration()));
        start = Math.min(start, micros(pts));
        end = Math.max(end, micros(pts) + duration);
        // Some containers stretch a packet until the next one.
        until = Math.max(until, micros(pts) + Math.min(MICROS, duration));
      }
      packets++;
    }

    /** Decoding times rise even where pictures are reordered; they lag behind a jump. */
    private void breakBefore(AVPacket packet, long pts) throws MediaException {
      long dts = packet.dts() == AV_NOPTS_VALUE ? decodedAt : micros(packet.dts());
      if (start != Long.MAX_VALUE) {
        if (dts != AV_NOPTS_VALUE
            && decodedAt != AV_NOPTS_VALUE
            && dts < decodedAt - RESTART_MICROS) {
          breakNow(TimeLine.Begin.RESTART);
        } else if (pts != AV_NOPTS_VALUE && micros(pts) - until > jump) {
          breakNow(TimeLine.Begin.JUMP);
        }
      }
      decodedAt = dts;
    }

    private void breakNow(TimeLine.Begin next) throws MediaException {
      endRun();
      if (runs.size() >= MAX_RUNS) {
        throw new MediaException(
            "starts again or jumps in time more than "
                + MAX_RUNS
                + " times: export it as one recording");
      }
      begin = next;
      firstPackets.add(packets);
      // What follows was recorded at another time, and what came before lacks nothing by it.
      damagedAt = -1;
    }

    private void endRun() {
      if (start != Long.MAX_VALUE) {
        runs.add(new TimeLine.Run(begin, start, end));
      }
      start = Long.MAX_VALUE;
      end = Long.MIN_VALUE;
      until = Long.MIN_VALUE;
    }

    private long micros(long ticks) {
      return av_rescale_q(ticks, stream.time_base(), av_make_q(1, (int) MICROS));
    }

    Track finish() {
      endRun();
      return new Track(
          stream.index(),
          List.copyOf(runs),
          firstPackets,
          packets,
          damaged || damagedAt >= 0,
          encrypted);
    }
  }

  /** Reads all that follows in a file. */
  static PacketScan of(AVFormatContext context, Optional<AVStream> video, Optional<AVStream> audio)
      throws MediaException {
    boolean broadcast = (context.iformat().flags() & AVFMT_TS_DISCONT) != 0;
    long jump = broadcast ? BROADCAST_JUMP_MICROS : JUMP_MICROS;
    Optional<Reading> picture = video.map(stream -> new Reading(stream, jump));
    Optional<Reading> sound = audio.map(stream -> new Reading(stream, jump));
    List<Reading> readings = Stream.concat(picture.stream(), sound.stream()).toList();
    AVPacket packet = av_packet_alloc();
    long reached = 0;
    int read;
    try {
      for (read = av_read_frame(context, packet);
          read >= 0;
          read = av_read_frame(context, packet)) {
        AVStream stream = context.streams(packet.stream_index());
        if (packet.pts() != AV_NOPTS_VALUE) {
          long end = packet.pts() + Math.max(0, packet.duration());
          reached =
              Math.max(reached, av_rescale_q(end, stream.time_base(), av_make_q(1, (int) MICROS)));
        }
        for (Reading reading : readings) {
          if (reading.stream.index() == stream.index()) {
            reading.take(packet);
          }
        }
        av_packet_unref(packet);
      }
    } finally {
      av_packet_free(packet);
    }
    Optional<Track> pictures = picture.map(Reading::finish);
    Optional<Track> sounds = sound.map(Reading::finish);
    TimeLine line = line(pictures, sounds, broadcast);
    return new PacketScan(pictures, sounds, line, reached, read == AVERROR_EOF() ? 0 : read);
  }

  private static TimeLine line(Optional<Track> picture, Optional<Track> sound, boolean broadcast)
      throws MediaException {
    List<TimeLine.Run> pictures = picture.map(Track::runs).orElse(List.of());
    List<TimeLine.Run> sounds = sound.map(Track::runs).orElse(List.of());
    if (pictures.isEmpty() || sounds.isEmpty()) {
      return TimeLine.of(pictures.isEmpty() ? sounds : pictures, broadcast);
    }
    return TimeLine.of(pictures, sounds, broadcast);
  }

  /** By how much to move a run of a stream, in microseconds. */
  long offset(Track track, int run) {
    if (track.runs().isEmpty()) {
      return 0;
    }
    boolean isSound = sound.filter(track::equals).isPresent();
    return isSound && picture.filter(of -> !of.runs().isEmpty()).isPresent()
        ? line.soundOffset(run)
        : line.offset(run);
  }

  /** From a stream's first packet to the end of its last one on the time line, in microseconds. */
  long playedMicros(Track track) {
    return track.runs().isEmpty() ? 0 : endMicros(track) - track.startMicros();
  }

  /** Where a stream's last packet ends on the time line, in microseconds. */
  long endMicros(Track track) {
    long end = Long.MIN_VALUE;
    for (int i = 0; i < track.runs().size(); i++) {
      end = Math.max(end, track.runs().get(i).end() + offset(track, i));
    }
    return end;
  }

  Optional<Track> track(int stream) {
    return picture
        .filter(of -> of.stream() == stream)
        .or(() -> sound.filter(of -> of.stream() == stream));
  }
}
