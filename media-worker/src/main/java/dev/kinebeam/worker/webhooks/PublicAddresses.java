package dev.kinebeam.worker.webhooks;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Which addresses belong to the public internet. All others are refused as receivers of webhooks:
 * whoever may subscribe must not reach services inside our network through us. Ranges as in the
 * IANA registries of special-purpose addresses.
 */
final class PublicAddresses {
  /** Addresses of version 4 that share their first bits. */
  private record Range(int base, int bits) {
    boolean contains(int address) {
      return (address ^ base) >>> (Integer.SIZE - bits) == 0;
    }
  }

  private static final List<Range> NOT_PUBLIC_V4 =
      List.of(
          v4(0, 0, 0, 0, 8),
          v4(10, 0, 0, 0, 8),
          v4(100, 64, 0, 0, 10),
          v4(127, 0, 0, 0, 8),
          v4(169, 254, 0, 0, 16),
          v4(172, 16, 0, 0, 12),
          v4(192, 0, 0, 0, 24),
          v4(192, 0, 2, 0, 24),
          v4(192, 88, 99, 0, 24),
          v4(192, 168, 0, 0, 16),
          v4(198, 18, 0, 0, 15),
          v4(198, 51, 100, 0, 24),
          v4(203, 0, 113, 0, 24),
          v4(224, 0, 0, 0, 3));

  private PublicAddresses() {}

  private static Range v4(int a, int b, int c, int d, int bits) {
    return new Range((a << 24) | (b << 16) | (c << 8) | d, bits);
  }

  /** Whether a packet to this address leaves for the public internet. */
  static boolean contain(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    if (address instanceof Inet4Address) {
      int number = bytes.getInt(0);
      return NOT_PUBLIC_V4.stream().noneMatch(range -> range.contains(number));
    }
    return address instanceof Inet6Address && isPublicV6(bytes);
  }

  /**
   * Only 2000::/3 is global unicast. Within it: no documentation (2001:db8::/32), no protocol
   * assignments and Teredo (2001::/23), and no 6to4 (2002::/16), which hides an address of version
   * 4.
   */
  private static boolean isPublicV6(ByteBuffer bytes) {
    int first = Short.toUnsignedInt(bytes.getShort(0));
    int second = Short.toUnsignedInt(bytes.getShort(2));
    boolean global = first >>> 13 == 1;
    boolean special = first == 0x2002 || (first == 0x2001 && (second < 0x0200 || second == 0x0db8));
    return global && !special;
  }
}
