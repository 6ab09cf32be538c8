package dev.kinebeam.composer.compose;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * AAC packets one after the other, and the form in which they are kept: {@code MAGIC, config's
 * length, config, number of packets, their sizes, packets, CRC-32 of all before}, numbers as 32
 * bits big-endian.
 */
final class EncodedPiece {
  private static final int MAGIC = 0x4b42_4131;

  private final byte[] config;
  private final int[] sizes;
  private final byte[] packets;

  private EncodedPiece(byte[] config, int[] sizes, byte[] packets) {
    this.config = config;
    this.sizes = sizes;
    this.packets = packets;
  }

  static EncodedPiece of(byte[] config, List<byte[]> packets) {
    int[] sizes = packets.stream().mapToInt(packet -> packet.length).toArray();
    int bytes = 0;
    for (int size : sizes) {
      bytes += size;
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    packets.forEach(all::put);
    return new EncodedPiece(config, sizes, all.array());
  }

  /** The AudioSpecificConfig that decodes the packets. */
  byte[] config() {
    return config;
  }

  int[] sizes() {
    return sizes;
  }

  byte[] packets() {
    return packets;
  }

  /** Packets from {@code from} to {@code to}, counted from the piece's first. */
  List<byte[]> packets(int from, int to) {
    List<byte[]> some = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < to; i++) {
      if (i >= from) {
        some.add(Arrays.copyOfRange(packets, at, at + sizes[i]));
      }
      at += sizes[i];
    }
    return some;
  }

  byte[] toFile() {
    int bytes = 4 * Integer.BYTES + config.length + sizes.length * Integer.BYTES + packets.length;
    ByteBuffer file = ByteBuffer.allocate(bytes);
    file.putInt(MAGIC).putInt(config.length).put(config).putInt(sizes.length);
    for (int size : sizes) {
      file.putInt(size);
    }
    file.put(packets);
    file.putInt(checksum(file.array(), file.position()));
    return file.array();
  }

  /** Empty when it is not a whole file of ours with so many packets. */
  static Optional<EncodedPiece> ofFile(byte[] content, int packetCount) {
    int end = content.length - Integer.BYTES;
    if (end < 0 || ByteBuffer.wrap(content).getInt(end) != checksum(content, end)) {
      return Optional.empty();
    }
    try {
      ByteBuffer file = ByteBuffer.wrap(content, 0, end);
      if (file.getInt() != MAGIC) {
        return Optional.empty();
      }
      byte[] config = new byte[file.getInt()];
      file.get(config);
      int[] sizes = new int[file.getInt()];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = file.getInt();
      }
      byte[] packets = new byte[file.remaining()];
      file.get(packets);
      return sizes.length == packetCount
          ? Optional.of(new EncodedPiece(config, sizes, packets))
          : Optional.empty();
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      return Optional.empty();
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
