package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.compose.Mp4aEntry;
import dev.kinebeam.composer.compose.PiecedSound;
import dev.kinebeam.composer.libav.AacEncoder;
import dev.kinebeam.composer.libav.PcmDecoder;
import dev.kinebeam.schemas.render.Composition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The sound of a render in segments of about four seconds, encoded when they are asked for.
 *
 * <p>The first segment begins with the packet of the priming, which the first samples need to sound
 * as in the file; the edit list of the initialisation takes its time off, so that time 0 is the
 * render's first sample.
 */
final class SoundSegments {
  private static final int PACKETS = 188;

  private final int packets;
  private final String description;

  private SoundSegments(int packets, String description) {
    this.packets = packets;
    this.description = description;
  }

  static SoundSegments of(Composition composition) {
    StringBuilder words = new StringBuilder("sound|" + PiecedSound.BIT_RATE);
    Composition.Rung heard = composition.rungs().get(0);
    heard.videos().forEach(video -> append(words, video.mezzanine()));
    composition.voiceOvers().forEach(voiceOver -> append(words, voiceOver));
    words.append('|').append(composition.gains());
    words.append('|').append(composition.takes());
    words.append('|').append(composition.voices());
    return new SoundSegments(
        PiecedSound.packetsOf(composition.samples()), Names.of(words.toString()));
  }

  private static void append(StringBuilder words, Composition.Mezzanine mezzanine) {
    words
        .append('|')
        .append(mezzanine.name())
        .append('=')
        .append(mezzanine.part(Composition.SOUND).sha256());
  }

  /** What the bytes of a segment depend on; the initialisation is −1. */
  String describe(int number) {
    return "sound|" + description + "|" + number;
  }

  static HlsPart init(PiecedSound sound) throws IOException {
    return HlsPart.of(
        InitSegment.ofSound(
            Mp4aEntry.stsd(sound.config(), PcmDecoder.SAMPLE_RATE, PiecedSound.BIT_RATE),
            PcmDecoder.SAMPLE_RATE,
            AacEncoder.BLOCK));
  }

  HlsPart segment(int number, PiecedSound sound) throws IOException {
    int first = number == 0 ? 0 : 1 + number * PACKETS;
    int end = Math.min(packets, 1 + (number + 1) * PACKETS);
    List<byte[]> segment = sound.packets(first, end);
    int[] sizes = segment.stream().mapToInt(packet -> packet.length).toArray();
    byte[] head =
        Fragment.head(number + 1, (long) first * AacEncoder.BLOCK, AacEncoder.BLOCK, sizes);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head);
    segment.forEach(bytes::writeBytes);
    return HlsPart.of(bytes.toByteArray());
  }

  int segments() {
    return (packets - 1 + PACKETS - 1) / PACKETS;
  }

  List<Double> seconds() {
    List<Double> seconds = new ArrayList<>();
    for (int at = 1; at < packets; at += PACKETS) {
      int some = Math.min(PACKETS, packets - at);
      seconds.add(some * AacEncoder.BLOCK / (double) PcmDecoder.SAMPLE_RATE);
    }
    return seconds;
  }
}
