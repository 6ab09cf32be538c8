package dev.kinebeam.composer.compose;

import static dev.kinebeam.composer.compose.BoxWriter.box;
import static dev.kinebeam.composer.compose.BoxWriter.int32s;

import dev.kinebeam.composer.libav.PcmDecoder;
import dev.kinebeam.composer.libav.VideoFormat;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * A render laid out: index first, then pictures and sound by turns, a second of each. The whole
 * index is known before the first byte is written, so the file is written once, front to back, and
 * the pictures go from file to file without passing through the heap.
 */
final class MovieFile {
  private static final int FRAMES_PER_CHUNK = VideoFormat.FRAMES_PER_SECOND;

  /** Sound that is sent ahead of the picture it belongs to, in packets. */
  private static final int AUDIO_LEAD = 2;

  private static final long LARGEST_32_BIT = 0xffff_ffffL;

  private sealed interface Piece {}

  private record Pictures(VideoMezzanine source, long from, long bytes) implements Piece {}

  private record Sound(long from, long bytes) implements Piece {}

  private final List<Piece> pieces = new ArrayList<>();
  private final MovieTrack video;
  private final MovieTrack sound;
  private final AacTrack audio;
  private final int frames;
  private final byte[] head;
  private final long mediaBytes;

  /**
   * @param takes what is played, in order; all with equal sample entries
   */
  MovieFile(List<VideoMezzanine> takes, AacTrack audio) {
    this.audio = audio;
    this.frames = takes.stream().mapToInt(VideoMezzanine::frames).sum();
    this.video = videoTrack(takes, frames);
    this.sound = soundTrack(audio);
    this.mediaBytes = layOut(takes);
    this.head = head();
  }

  /** Size of the finished file. */
  long bytes() {
    return head.length + mediaBytes;
  }

  private long layOut(List<VideoMezzanine> takes) {
    long at = 0;
    int framesDone = 0;
    int packetsDone = 0;
    long audioBytesDone = 0;
    for (VideoMezzanine take : takes) {
      long from = 0;
      for (int frame = 0; frame < take.frames(); ) {
        int count = Math.min(FRAMES_PER_CHUNK, take.frames() - frame);
        long length = 0;
        for (int i = 0; i < count; i++) {
          length += take.size(frame + i);
        }
        video.chunks.add(new MovieTrack.Chunk(at, count));
        pieces.add(new Pictures(take, from, length));
        from += length;
        at += length;
        frame += count;
        framesDone += count;

        int until = packetsUntil(framesDone);
        long soundBytes = 0;
        for (int packet = packetsDone; packet < until; packet++) {
          soundBytes += audio.size(packet);
        }
        if (until > packetsDone) {
          sound.chunks.add(new MovieTrack.Chunk(at, until - packetsDone));
          pieces.add(new Sound(audioBytesDone, soundBytes));
          audioBytesDone += soundBytes;
          at += soundBytes;
          packetsDone = until;
        }
      }
    }
    return at;
  }

  private int packetsUntil(int framesDone) {
    if (framesDone == frames) {
      return audio.packets();
    }
    long samples = (long) framesDone * PcmDecoder.SAMPLE_RATE / VideoFormat.FRAMES_PER_SECOND;
    return (int) Math.min(audio.packets(), samples / AacTrack.PRIMING + AUDIO_LEAD);
  }

  private byte[] head() {
    long duration = (long) frames * PcmDecoder.SAMPLE_RATE / VideoFormat.FRAMES_PER_SECOND;
    boolean wide = mediaBytes + (64L << 20) > LARGEST_32_BIT;
    MovieIndex index = new MovieIndex(duration, wide);
    byte[] ftyp = box("ftyp", int32sOf("isom"), int32s(0x200), int32sOf("isomiso2avc1mp41"));
    long base = (long) ftyp.length + index.moov(video, sound, 0).length + (wide ? 16 : 8);
    BoxWriter head = new BoxWriter().bytes(ftyp).bytes(index.moov(video, sound, base));
    if (wide) {
      head.int32(1).ascii("mdat").int64(mediaBytes + 16);
    } else {
      head.int32(mediaBytes + 8).ascii("mdat");
    }
    return head.toBytes();
  }

  private static byte[] int32sOf(String fourccs) {
    return new BoxWriter().ascii(fourccs).toBytes();
  }

  private static MovieTrack videoTrack(List<VideoMezzanine> takes, int frames) {
    int[] sizes = new int[frames];
    int[] offsets = new int[frames];
    List<Integer> keys = new ArrayList<>();
    int delay = VideoMezzanine.delayOf(takes);
    int at = 0;
    for (VideoMezzanine take : takes) {
      for (int i = 0; i < take.frames(); i++, at++) {
        sizes[at] = take.size(i);
        offsets[at] = take.presentationOffset(i, delay);
        if (take.isKey(i)) {
          keys.add(at + 1);
        }
      }
    }
    return new MovieTrack(
        "vide",
        takes.get(0).sampleEntry(),
        VideoFormat.TIMESCALE,
        VideoFormat.TICKS_PER_FRAME,
        delay * VideoFormat.TICKS_PER_FRAME,
        sizes,
        offsets,
        keys.stream().mapToInt(Integer::intValue).toArray());
  }

  private static MovieTrack soundTrack(AacTrack audio) {
    int[] sizes = new int[audio.packets()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = audio.size(i);
    }
    return new MovieTrack(
        "soun",
        Mp4aEntry.stsd(audio.config(), PcmDecoder.SAMPLE_RATE, PiecedSound.BIT_RATE),
        PcmDecoder.SAMPLE_RATE,
        AacTrack.PRIMING,
        AacTrack.PRIMING,
        sizes,
        null,
        null);
  }

  /** Writes the file; an interrupt ends the work. {@code progress} receives the fraction done. */
  void writeTo(FileChannel out, DoubleConsumer progress) throws IOException {
    write(out, ByteBuffer.wrap(head));
    int done = 0;
    for (Piece piece : pieces) {
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("cancelled while writing the render");
      }
      if (piece instanceof Pictures pictures) {
        pictures.source().copyTo(out, pictures.from(), pictures.bytes());
      } else if (piece instanceof Sound sound) {
        audio.copyTo(out, sound.from(), sound.bytes());
      }
      progress.accept(++done / (double) pieces.size());
    }
  }

  private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
