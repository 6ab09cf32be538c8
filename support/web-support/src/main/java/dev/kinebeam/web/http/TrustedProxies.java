package dev.kinebeam.web.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a client's address. {@code Forwarded} (RFC 7239) and {@code X-Forwarded-For} are written by
 * anyone, so they are believed only as far as the proxies that are named here wrote them: from the
 * connection's peer backwards, up to the first address that is not such a proxy's.
 */
public final class TrustedProxies {
  /** Believes the connection's peer only. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern NODE =
      Pattern.compile("\\[([^\\]]+)](?::\\d+)?|([^:]+)(?::\\d+)?|([0-9A-Fa-f:.]+)");
  private static final Pattern FOR =
      Pattern.compile("(?:^|;)\\s*for=(?:\"([^\"]*)\"|([^;\\s]*))", Pattern.CASE_INSENSITIVE);
  private static final int IPV6_NETWORK_BYTES = 8;

  private final List<Network> networks;

  private record Network(InetAddress base, int bits) {
    boolean holds(InetAddress address) {
      byte[] ours = base.getAddress();
      byte[] other = address.getAddress();
      if (ours.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((ours[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return base.getHostAddress() + "/" + bits;
    }
  }

  private TrustedProxies(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /**
   * Proxies in these networks.
   *
   * @param cidrs such as {@code 10.0.0.0/8}, {@code fd00::/8} or a single address
   * @throws IllegalArgumentException naming the one that is not a network
   */
  public static TrustedProxies of(List<String> cidrs) {
    return new TrustedProxies(cidrs.stream().map(TrustedProxies::network).toList());
  }

  private static Network network(String cidr) {
    int slash = cidr.indexOf('/');
    Optional<InetAddress> base = literal(slash < 0 ? cidr : cidr.substring(0, slash));
    int most = base.map(b -> b.getAddress().length * 8).orElse(-1);
    int bits = most;
    if (slash >= 0 && base.isPresent()) {
      String length = cidr.substring(slash + 1);
      bits = length.matches("\\d{1,3}") ? Integer.parseInt(length) : most + 1;
    }
    if (base.isEmpty() || bits > most) {
      throw new IllegalArgumentException(
          "--trusted-proxy (GATEWAY_TRUSTED_PROXIES) takes networks such as 10.0.0.0/8 or fd00::/8,"
              + " not "
              + cidr);
    }
    return new Network(base.get(), bits);
  }

  /**
   * Who the client is. A proxy usually writes one of the two fields and passes on what the client
   * has put into the other: where they name different clients, neither is believed.
   *
   * @param peer the other end of the connection
   * @param forwarded the values of all {@code Forwarded} fields, in order
   * @param forwardedFor the values of all {@code X-Forwarded-For} fields, in order
   */
  InetAddress client(InetAddress peer, List<String> forwarded, List<String> forwardedFor) {
    if (!trusts(peer)) {
      return peer;
    }
    if (!forwarded.isEmpty() && !forwardedFor.isEmpty()) {
      InetAddress one = walk(peer, nodes(forwarded));
      return one.equals(walk(peer, split(forwardedFor))) ? one : peer;
    }
    return walk(peer, forwarded.isEmpty() ? split(forwardedFor) : nodes(forwarded));
  }

  private InetAddress walk(InetAddress peer, List<String> hops) {
    Collections.reverse(hops);
    InetAddress known = peer;
    for (String hop : hops) {
      Optional<InetAddress> next = address(hop);
      if (next.isEmpty()) {
        return known;
      }
      known = next.get();
      if (!trusts(known)) {
        return known;
      }
    }
    return known;
  }

  /** What counts as one client: an IPv4 address, or a network of the size that a site is given. */
  static Object site(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length <= IPV6_NETWORK_BYTES
        ? address
        : java.nio.ByteBuffer.wrap(Arrays.copyOf(bytes, IPV6_NETWORK_BYTES));
  }

  private boolean trusts(InetAddress address) {
    return networks.stream().anyMatch(network -> network.holds(address));
  }

  /** The networks, as settings are printed. */
  @Override
  public String toString() {
    return networks.toString();
  }

  private static List<String> split(List<String> fields) {
    List<String> parts = new ArrayList<>();
    for (String field : fields) {
      for (String part : field.split(",", -1)) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  private static List<String> nodes(List<String> fields) {
    List<String> nodes = new ArrayList<>();
    for (String element : split(fields)) {
      Matcher node = FOR.matcher(element);
      nodes.add(node.find() ? node.group(1) != null ? node.group(1) : node.group(2) : "");
    }
    return nodes;
  }

  private static Optional<InetAddress> address(String node) {
    Optional<InetAddress> plain = literal(node);
    Matcher withPort = NODE.matcher(node);
    if (plain.isPresent() || !withPort.matches()) {
      return plain;
    }
    return literal(withPort.group(1) != null ? withPort.group(1) : withPort.group(2));
  }

  /** Literals only: a name would be looked up. */
  private static Optional<InetAddress> literal(String text) {
    if (text == null || !(IPV4.matcher(text).matches() || IPV6.matcher(text).matches())) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
