package dev.kinebeam.trials.bench.reference;

import dev.kinebeam.pipelines.sessions.SessionTally;
import dev.kinebeam.pipelines.sessions.SessionTallyCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.api.java.typeutils.runtime.DataInputViewStream;
import org.apache.flink.api.java.typeutils.runtime.DataOutputViewStream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What is kept of one session; immutable, so that a snapshot need not copy it. */
record ReferenceState(SessionTally tally, long checkAtMs, boolean writeDue, boolean unwritten) {

  static final class Serializer extends TypeSerializerSingleton<ReferenceState> {
    static final Serializer INSTANCE = new Serializer();

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public ReferenceState createInstance() {
      return new ReferenceState(null, 0, false, false);
    }

    @Override
    public ReferenceState copy(ReferenceState from) {
      return from;
    }

    @Override
    public ReferenceState copy(ReferenceState from, ReferenceState reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(ReferenceState kept, DataOutputView target) throws IOException {
      target.writeLong(kept.checkAtMs);
      target.writeBoolean(kept.writeDue);
      target.writeBoolean(kept.unwritten);
      try (OutputStream out = new DataOutputViewStream(target)) {
        SessionTallyCoder.of().encode(kept.tally, out);
      }
    }

    @Override
    public ReferenceState deserialize(DataInputView source) throws IOException {
      long checkAt = source.readLong();
      boolean writeDue = source.readBoolean();
      boolean unwritten = source.readBoolean();
      try (InputStream in = new DataInputViewStream(source)) {
        return new ReferenceState(SessionTallyCoder.of().decode(in), checkAt, writeDue, unwritten);
      }
    }

    @Override
    public ReferenceState deserialize(ReferenceState reuse, DataInputView source)
        throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }

    @Override
    public TypeSerializerSnapshot<ReferenceState> snapshotConfiguration() {
      return new Snapshot();
    }

    /** Names the serializer in saved state. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ReferenceState> {
      public Snapshot() {
        super(() -> INSTANCE);
      }
    }
  }
}
