package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_STREAM;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entries_count;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entry;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;

/**
 * Whether a file holds all that its header and index promise, judged by its packets. An MP4 is
 * whole when every packet that its index names lies inside of the file, wherever sound and picture
 * begin and end; elsewhere what a header says may be half a second more than is there.
 */
final class Completeness {
  private static final double MICROS = 1e6;

  /** A header may round; more than this much missing at the end is a file that breaks off. */
  static final double TOLERATED_SHORTFALL_SECONDS = 0.5;

  /** Nothing is filmed at a higher rate. */
  private static final double MAX_PICTURES_PER_SECOND = 1000;

  private static final double MIN_SAMPLE_SHARE = 0.1;

  private final AVFormatContext context;
  private final PacketScan scan;

  Completeness(AVFormatContext context, PacketScan scan) {
    this.context = context;
    this.scan = scan;
  }

  /** Refuses a file that is encrypted, cut off, or without usable times. */
  void check(long fileBytes) throws MediaException {
    for (PacketScan.Track track : tracks().toList()) {
      if (track.encrypted()) {
        throw new MediaException(
            "is encrypted (copy protection, DRM): deliver it without protection");
      }
    }
    for (PacketScan.Track track : tracks().toList()) {
      AVStream stream = context.streams(track.stream());
      checkIndex(stream, fileBytes);
      checkHeader(stream, track);
      checkTimes(stream, track);
    }
  }

  private Stream<PacketScan.Track> tracks() {
    return Stream.concat(scan.picture().stream(), scan.sound().stream());
  }

  private boolean isMp4() {
    return context.iformat().name().getString().startsWith("mov");
  }

  private void checkIndex(AVStream stream, long fileBytes) throws MediaException {
    if (!isMp4()) {
      return;
    }
    long end = 0;
    for (int i = 0; i < avformat_index_get_entries_count(stream); i++) {
      AVIndexEntry entry = avformat_index_get_entry(stream, i);
      end = Math.max(end, entry.pos() + entry.size());
    }
    if (end > fileBytes) {
      throw new MediaException(
          "is cut off: its index names data up to byte "
              + end
              + " and the file ends after "
              + fileBytes
              + "; upload it again");
    }
  }

  private void checkHeader(AVStream stream, PacketScan.Track track) throws MediaException {
    boolean indexed = isMp4() && stream.nb_frames() > 0;
    if (indexed
        || context.duration_estimation_method() != AVFMT_DURATION_FROM_STREAM
        || track.runs().size() != 1) {
      return;
    }
    double promised;
    double there;
    if (stream.duration() != AV_NOPTS_VALUE) {
      promised = stream.duration() * tick(stream);
      there = fromEarlier(scan.endMicros(track), track.startMicros());
    } else if (context.duration() != AV_NOPTS_VALUE) {
      // Such a container has one length for all its streams together, which some count from 0.
      promised = context.duration() / MICROS;
      there = fromEarlier(scan.reached(), context.start_time());
    } else {
      return;
    }
    if (promised - there > TOLERATED_SHORTFALL_SECONDS) {
      throw new MediaException(
          String.format(
              Locale.ROOT,
              "breaks off at %.2f s, although its header says %.2f s: upload it again",
              there,
              promised));
    }
  }

  /** From the start or from 0, whichever gives more. */
  private static double fromEarlier(long end, long start) {
    return (end - (start == AV_NOPTS_VALUE ? 0 : Math.min(0, start))) / MICROS;
  }

  private void checkTimes(AVStream stream, PacketScan.Track track) throws MediaException {
    AVCodecParameters parameters = stream.codecpar();
    boolean picture = scan.picture().filter(track::equals).isPresent();
    double seconds = track.runsMicros() / MICROS;
    double least =
        picture
            ? track.packets() / MAX_PICTURES_PER_SECOND
            : MIN_SAMPLE_SHARE
                * track.packets()
                * parameters.frame_size()
                / Math.max(1, parameters.sample_rate());
    if (track.packets() > 1 && seconds < least) {
      throw new MediaException(
          String.format(
              Locale.ROOT,
              "has wrong time stamps: its %d packets of %s last %.3f s together;"
                  + " export it again with a constant frame rate",
              track.packets(),
              picture ? "pictures" : "sound",
              seconds));
    }
  }

  /**
   * After the last frame: whether all packets of a stream could be decoded.
   *
   * @param endSeconds where the last frame ends on the time line, in the file's own time
   */
  void checkDecoded(AVStream stream, double endSeconds) throws MediaException {
    PacketScan.Track track = scan.track(stream.index()).orElseThrow();
    double promised = track.runs().isEmpty() ? 0 : scan.endMicros(track) / MICROS;
    if (promised - endSeconds > TOLERATED_SHORTFALL_SECONDS) {
      double start = track.startMicros() / MICROS;
      throw new MediaException(
          String.format(
              Locale.ROOT,
              "breaks off at %.2f s: its %.2f s cannot be decoded to their end; upload it again",
              endSeconds - start,
              promised - start));
    }
  }

  private static double tick(AVStream stream) {
    return stream.time_base().num() / (double) stream.time_base().den();
  }
}
