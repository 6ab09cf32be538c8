package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * What a whole video file is, found by reading every packet and decoding its first picture and its
 * first sound: a file that was cut off, or whose container promises more than it holds, does not
 * pass. Sound and picture need not begin or end together.
 *
 * @param seconds from the first picture's start to the last one's end
 * @param codec the picture's, by ffmpeg's name
 */
public record VideoProbe(double seconds, int width, int height, String codec, boolean hasSound) {
  private static final double MICROS = 1e6;

  /**
   * Reads the file. Untrusted ones belong into a child process.
   *
   * @throws MediaException saying why it is not a playable video
   */
  public static VideoProbe of(Path file) throws IOException {
    try (MediaInput input = MediaInput.open(file)) {
      AVStream video = input.video().orElseThrow(() -> new MediaException("has no video stream"));
      PacketScan scan = input.scan();
      if (scan.brokenOff() != 0) {
        throw MediaInput.breaksOff(scan.brokenOff());
      }
      refuseDamaged(scan.picture(), "picture");
      refuseDamaged(scan.sound(), "sound");
      if (!decodesFirst(input, video)) {
        throw new MediaException("has a video stream without a picture: export it again");
      }
      double seconds = scan.picture().map(scan::playedMicros).orElse(0L) / MICROS;
      if (!(seconds > 0)) {
        throw new MediaException("has pictures but no duration: export it again");
      }
      boolean hasSound = scan.sound().filter(track -> track.packets() > 0).isPresent();
      if (hasSound) {
        refuseUnreadableSound(input);
      }
      return new VideoProbe(
          seconds,
          video.codecpar().width(),
          video.codecpar().height(),
          avcodec_get_name(video.codecpar().codec_id()).getString(),
          hasSound);
    }
  }

  private static void refuseDamaged(Optional<PacketScan.Track> track, String what)
      throws MediaException {
    if (track.filter(PacketScan.Track::damaged).isPresent()) {
      throw new MediaException("holds a damaged packet in its " + what + ": upload it again");
    }
  }

  /** Sound in a codec that only the host knows passes. */
  private static void refuseUnreadableSound(MediaInput input) throws IOException {
    try (MediaInput again = input.again()) {
      AVStream sound = again.audio().orElseThrow();
      if (avcodec_find_decoder(sound.codecpar().codec_id()) != null
          && !decodesFirst(again, sound)) {
        throw new MediaException("has sound of which nothing can be decoded: export it again");
      }
    }
  }

  private static boolean decodesFirst(MediaInput input, AVStream stream) throws MediaException {
    AVFrame frame = av_frame_alloc();
    try (StreamDecoder decoder = new StreamDecoder(input, stream)) {
      return decoder.next(frame);
    } finally {
      av_frame_free(frame);
    }
  }
}
