package dev.kinebeam.composer.libav;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;

/**
 * All of a media file, found by decoding the whole of it.
 *
 * @param container libav's names of it, with commas
 * @param picture empty when it has no pictures; a sound file's cover image is none
 * @param sound empty when it has no sound track
 */
public record MediaReport(String container, Optional<Picture> picture, Optional<Sound> sound) {

  /**
   * The main video stream.
   *
   * @param codec by ffmpeg's name
   * @param width of the decoded pictures, before any rotation
   * @param fps pictures divided by seconds
   * @param frames decoded
   * @param seconds from the first picture's start to the last one's end
   * @param even whether every picture is shown equally long, but for the container's rounding
   * @param interlaced whether any picture is
   */
  public record Picture(
      String codec,
      int width,
      int height,
      double fps,
      long frames,
      double seconds,
      boolean even,
      boolean interlaced) {}

  /**
   * The main sound stream. A mono one is measured as it is heard, on both channels.
   *
   * @param codec by ffmpeg's name
   * @param rate in Hz
   * @param seconds decoded
   * @param heardUntil the end of the last 50 ms that are not more than 40 dB below the loudest 50
   *     ms; 0 when there is nothing but silence
   * @param loudness integrated, LUFS by ITU-R BS.1770-4; NaN when there is not one block of 400 ms
   *     above its gate
   * @param truePeak dBTP by ITU-R BS.1770-4 annex 2, oversampled to 192 kHz; −120 when there is
   *     nothing but silence
   */
  public record Sound(
      String codec,
      int rate,
      int channels,
      double seconds,
      double heardUntil,
      double loudness,
      double truePeak) {}

  /**
   * Decodes the file, and refuses what the normaliser would. Untrusted ones belong into a child
   * process.
   *
   * @param longest how long it may be
   * @throws MediaException saying what is wrong with it
   */
  public static MediaReport of(Path file, DurationLimit longest) throws IOException {
    String container;
    Optional<Picture> picture = Optional.empty();
    Optional<Sound> sound = Optional.empty();
    try (MediaInput input = MediaInput.open(file)) {
      container = input.context.iformat().name().getString();
      Optional<AVStream> video = input.video();
      Optional<AVStream> audio = input.audio();
      if (video.isEmpty() && audio.isEmpty()) {
        throw new MediaException("has neither pictures nor sound");
      }
      if (video.isPresent()) {
        longest.refuse(input, video.get(), input.pictureStartMicros());
      }
      if (audio.isPresent()) {
        longest.refuse(input, audio.get(), input.startMicros());
      }
      if (video.isPresent()) {
        picture = Optional.of(PictureAnalysis.at(input, input.needVideo()));
      }
      if (audio.isPresent()) {
        try (MediaInput again = input.again()) {
          sound = Optional.of(SoundAnalysis.at(again, again.audio().orElseThrow()));
        }
      }
    }
    return new MediaReport(container, picture, sound);
  }
}
