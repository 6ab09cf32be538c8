package dev.kinebeam.beam;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.io.UnboundedSource.CheckpointMark;

/**
 * How far a {@link TopicReader} has come, for any number of partitions.
 *
 * @param begun whether the reader knew its place in every partition that it had found; from then on
 *     a partition that is not in the mark is a new one, and is read from its beginning
 * @param partitions each partition's place
 * @param reader commits the offsets; null in a mark that was restored
 */
record TopicCheckpointMark(boolean begun, List<Place> partitions, TopicReader reader)
    implements CheckpointMark {
  /** The mark of a reader that has not read anything. */
  static final TopicCheckpointMark NONE = new TopicCheckpointMark(false, List.of(), null);

  /**
   * @param nextOffset of the record that is read next
   * @param watermarkMillis as it was published for this partition
   */
  record Place(int partition, long nextOffset, long watermarkMillis) {}

  Map<Integer, Place> byPartition() {
    Map<Integer, Place> places = new HashMap<>();
    partitions.forEach(place -> places.put(place.partition(), place));
    return places;
  }

  @Override
  public void finalizeCheckpoint() {
    if (reader != null) {
      reader.commit(this);
    }
  }

  /** Fixed width, with the number of its layout first. */
  static final class Bytes extends AtomicCoder<TopicCheckpointMark> {
    private static final int LAYOUT = 1;

    @Override
    public void encode(TopicCheckpointMark mark, OutputStream out) throws IOException {
      DataOutputStream data = new DataOutputStream(out);
      data.writeByte(LAYOUT);
      data.writeBoolean(mark.begun);
      data.writeInt(mark.partitions.size());
      for (Place place : mark.partitions) {
        data.writeInt(place.partition());
        data.writeLong(place.nextOffset());
        data.writeLong(place.watermarkMillis());
      }
    }

    @Override
    public TopicCheckpointMark decode(InputStream in) throws IOException {
      DataInputStream data = new DataInputStream(in);
      int layout = data.readByte();
      if (layout != LAYOUT) {
        throw new IOException(
            "the saved place in the topic has layout %d; this version reads layout %d"
                .formatted(layout, LAYOUT));
      }
      boolean begun = data.readBoolean();
      int size = data.readInt();
      List<Place> places = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        places.add(new Place(data.readInt(), data.readLong(), data.readLong()));
      }
      return new TopicCheckpointMark(begun, List.copyOf(places), null);
    }
  }
}
