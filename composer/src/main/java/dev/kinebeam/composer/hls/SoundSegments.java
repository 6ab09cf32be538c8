package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.compose.Mp4aEntry;
import dev.kinebeam.composer.compose.PiecedSound;
import dev.kinebeam.composer.libav.AacEncoder;
import dev.kinebeam.composer.libav.PcmDecoder;
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

  private final PiecedSound sound;

  SoundSegments(PiecedSound sound) {
    this.sound = sound;
  }

  HlsPart init() throws IOException {
    return HlsPart.of(
        InitSegment.ofSound(
            Mp4aEntry.stsd(sound.config(), PcmDecoder.SAMPLE_RATE, PiecedSound.BIT_RATE),
            PcmDecoder.SAMPLE_RATE,
            AacEncoder.BLOCK));
  }

  HlsPart segment(int number) throws IOException {
    int first = number == 0 ? 0 : 1 + number * PACKETS;
    int end = Math.min(sound.packets(), 1 + (number + 1) * PACKETS);
    List<byte[]> packets = sound.packets(first, end);
    int[] sizes = packets.stream().mapToInt(packet -> packet.length).toArray();
    byte[] head =
        Fragment.head(number + 1, (long) first * AacEncoder.BLOCK, AacEncoder.BLOCK, sizes);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head);
    packets.forEach(bytes::writeBytes);
    return HlsPart.of(bytes.toByteArray());
  }

  int segments() {
    return (sound.packets() - 1 + PACKETS - 1) / PACKETS;
  }

  List<Double> seconds() {
    List<Double> seconds = new ArrayList<>();
    for (int at = 1; at < sound.packets(); at += PACKETS) {
      int packets = Math.min(PACKETS, sound.packets() - at);
      seconds.add(packets * AacEncoder.BLOCK / (double) PcmDecoder.SAMPLE_RATE);
    }
    return seconds;
  }
}
