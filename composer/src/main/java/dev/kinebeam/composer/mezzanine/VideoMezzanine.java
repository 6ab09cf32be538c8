package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.PcmDecoder;
import dev.kinebeam.composer.libav.VideoFormat;
import dev.kinebeam.composer.libav.VideoNormalizer;
import dev.kinebeam.schemas.render.Composition;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A primitive's pictures as packets that may be copied into any render of the same profile, and its
 * wild track at exactly their length. Opening one proves it: constant frame rate, presentation
 * times a permutation of 0…n−1, closed groups, an IDR picture first, SPS and PPS those of this
 * build's encoder. Holds a file open until closed; deleting the file does not disturb it.
 */
public final class VideoMezzanine implements Closeable {
  static final String VIDEO_FILE = Composition.PICTURES;
  static final String AUDIO_FILE = Composition.SOUND;

  private static final Map<VideoFormat, byte[]> PARAMETER_SETS = new HashMap<>();

  private final Path entry;
  private final FileChannel channel;
  private final SampleTable table;
  private final PcmClip wildTrack;

  private VideoMezzanine(Path entry, FileChannel channel, SampleTable table, PcmClip wildTrack) {
    this.entry = entry;
    this.channel = channel;
    this.table = table;
    this.wildTrack = wildTrack;
  }

  /** What is checked of a mezzanine's {@code stsd} box. */
  private interface SampleEntryCheck {
    void check(byte[] stsd) throws IOException;
  }

  static VideoMezzanine open(Path entry, VideoFormat format) throws IOException {
    return open(entry, stsd -> checkParameterSets(stsd, format));
  }

  /** One of a composition, which another build may have made: it must be like its others. */
  static VideoMezzanine open(Path entry, byte[] sampleEntry) throws IOException {
    return open(
        entry,
        stsd -> {
          if (!Arrays.equals(stsd, sampleEntry)) {
            throw new BrokenMezzanine("its sample entry is not that of its composition");
          }
        });
  }

  private static VideoMezzanine open(Path entry, SampleEntryCheck sampleEntry) throws IOException {
    FileChannel channel = FileChannel.open(entry.resolve(VIDEO_FILE), StandardOpenOption.READ);
    try {
      SampleTable table = SampleTable.read(channel);
      sampleEntry.check(table.sampleEntry());
      PcmClip wildTrack = PcmClip.open(entry.resolve(AUDIO_FILE));
      long wanted = samples(table.frames());
      if (wildTrack.samples() != wanted) {
        throw new BrokenMezzanine(
            "its wild track has " + wildTrack.samples() + " samples instead of " + wanted);
      }
      return new VideoMezzanine(entry, channel, table, wildTrack);
    } catch (IndexOutOfBoundsException e) {
      channel.close();
      throw new BrokenMezzanine("its boxes are cut short: " + e.getMessage());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The sound that belongs to so many frames. */
  static long samples(long frames) {
    return frames * PcmDecoder.SAMPLE_RATE / VideoFormat.FRAMES_PER_SECOND;
  }

  private static void checkParameterSets(byte[] stsd, VideoFormat format) throws IOException {
    Mp4Box entry = new Mp4Box(ByteBuffer.wrap(stsd)).childAfter(16, "avc1");
    Mp4Box avcC = entry == null ? null : entry.childAfter(86, "avcC");
    byte[] expected = parameterSets(format);
    byte[] found = avcC == null ? new byte[8] : avcC.copy();
    if (found.length < 8 + expected.length
        || !Arrays.equals(found, 8, 8 + expected.length, expected, 0, expected.length)) {
      throw new BrokenMezzanine("its SPS and PPS are not those of this build's encoder");
    }
  }

  /** What this build's encoder writes; asked once, since it takes opening the encoder. */
  private static byte[] parameterSets(VideoFormat format) throws IOException {
    synchronized (PARAMETER_SETS) {
      byte[] known = PARAMETER_SETS.get(format);
      if (known == null) {
        known = VideoNormalizer.avcConfiguration(format);
        PARAMETER_SETS.put(format, known);
      }
      return known;
    }
  }

  /**
   * What it is, for a composition.
   *
   * @param name of its primitive in the bundle
   */
  public Composition.Video describe(String name) throws IOException {
    List<Composition.Group> groups = new ArrayList<>();
    int first = 0;
    long bytes = 0;
    for (int i = 0; i <= frames(); i++) {
      if (i == frames() || (i > 0 && isKey(i))) {
        groups.add(new Composition.Group(i - first, bytes));
        first = i;
        bytes = 0;
      }
      if (i < frames()) {
        bytes += size(i);
      }
    }
    return new Composition.Video(EntryIndex.identity(name, entry), frames(), delay(), groups);
  }

  /** Pictures, 30 to the second. */
  public int frames() {
    return table.frames();
  }

  /** The {@code stsd} box; joining is legal only among equal ones. */
  public byte[] sampleEntry() {
    return table.sampleEntry();
  }

  /** Frames by which presentation runs behind decoding. */
  public int delay() {
    return table.delay();
  }

  /** Bytes of frame {@code i} in decoding order. */
  public int size(int i) {
    return table.size(i);
  }

  /** The most of any of these: by so much presentation runs behind decoding where they meet. */
  public static int delayOf(Collection<VideoMezzanine> mezzanines) {
    return mezzanines.stream().mapToInt(VideoMezzanine::delay).max().orElse(0);
  }

  /**
   * Ticks from decoding to presentation of frame {@code i} in decoding order.
   *
   * @param delay of the render that it is part of, in frames; not below its own, which is 0 where
   *     there is one frame and nothing to reorder
   */
  public int presentationOffset(int i, int delay) {
    return table.presentationOffset(i) + (delay - delay()) * VideoFormat.TICKS_PER_FRAME;
  }

  /** Whether decoding may begin at frame {@code i}. */
  public boolean isKey(int i) {
    return table.isKey(i);
  }

  public PcmClip wildTrack() {
    return wildTrack;
  }

  /**
   * Copies a range of the packets' bytes, counted from the first frame; from file to file without
   * passing them through the heap.
   */
  public void copyTo(WritableByteChannel target, long from, long bytes) throws IOException {
    long at = table.dataStart() + from;
    long left = bytes;
    while (left > 0) {
      long copied = channel.transferTo(at, left, target);
      if (copied <= 0) {
        throw new IOException("a mezzanine became shorter while it was copied");
      }
      at += copied;
      left -= copied;
    }
  }

  /** Reads some of the packets' bytes, counted from the first frame; returns how many. */
  public int read(long from, ByteBuffer target) throws IOException {
    return channel.read(target, table.dataStart() + from);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
