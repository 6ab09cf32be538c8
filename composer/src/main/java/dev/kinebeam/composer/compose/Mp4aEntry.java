package dev.kinebeam.composer.compose;

import static dev.kinebeam.composer.compose.BoxWriter.box;
import static dev.kinebeam.composer.compose.BoxWriter.int32s;

/** The sample entry of AAC stereo sound (ISO/IEC 14496-14, descriptors of 14496-1). */
public final class Mp4aEntry {
  private static final int ES_DESCRIPTOR = 3;
  private static final int DECODER_CONFIG = 4;
  private static final int DECODER_SPECIFIC = 5;
  private static final int SYNC_LAYER_CONFIG = 6;
  private static final int MPEG4_AUDIO = 0x40;
  private static final int AUDIO_STREAM = 0x15;
  private static final int CHANNELS = 2;
  private static final int BITS = 16;

  private Mp4aEntry() {}

  public static byte[] stsd(byte[] audioSpecificConfig, int sampleRate, int bitRate) {
    byte[] mp4a =
        new BoxWriter()
            .int32(0)
            .int16(0)
            .int16(1) // data reference
            .int64(0)
            .int16(CHANNELS)
            .int16(BITS)
            .int32(0)
            .int32((long) sampleRate << 16)
            .bytes(esds(audioSpecificConfig, bitRate))
            .toBytes();
    return box("stsd", int32s(0, 1), box("mp4a", mp4a));
  }

  private static byte[] esds(byte[] audioSpecificConfig, int bitRate) {
    byte[] config =
        new BoxWriter()
            .int8(MPEG4_AUDIO)
            .int8(AUDIO_STREAM)
            .int8(0)
            .int16(0) // buffer size: not stated
            .int32(bitRate)
            .int32(bitRate)
            .bytes(descriptor(DECODER_SPECIFIC, audioSpecificConfig))
            .toBytes();
    byte[] stream =
        new BoxWriter()
            .int16(2) // track
            .int8(0)
            .bytes(descriptor(DECODER_CONFIG, config))
            .bytes(descriptor(SYNC_LAYER_CONFIG, new byte[] {2}))
            .toBytes();
    return box("esds", int32s(0), descriptor(ES_DESCRIPTOR, stream));
  }

  private static byte[] descriptor(int tag, byte[] content) {
    return new BoxWriter().int8(tag).int8(content.length).bytes(content).toBytes();
  }
}
