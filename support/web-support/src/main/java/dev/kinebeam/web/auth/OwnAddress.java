package dev.kinebeam.web.auth;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where browsers find this server. A request's {@code Host} alone does not say so: whoever owns a
 * name can have it lead here, and then pages of that name are of the same origin.
 *
 * @param publicUrl scheme, host and port, if they are known
 * @param local whether the names of this machine count, too, at any port
 */
public record OwnAddress(Optional<URI> publicUrl, boolean local) {
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Whether {@code host}, as {@code Host} has it, names this server. */
  public boolean isHost(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return publicUrl.map(OwnAddress::authority).filter(name::equals).isPresent() || isLocal(name);
  }

  /** Whether {@code origin} is that of this server's pages, in a request with this host. */
  public boolean isOrigin(String origin, Optional<String> host) {
    String from = origin.toLowerCase(Locale.ROOT);
    boolean published =
        publicUrl
            .map(url -> url.getScheme().toLowerCase(Locale.ROOT) + "://" + authority(url))
            .filter(from::equals)
            .isPresent();
    // Another port of this machine is another server, which gets the same cookies.
    return published
        || host.map(name -> name.toLowerCase(Locale.ROOT))
            .filter(this::isLocal)
            .filter(name -> from.equals("http://" + name) || from.equals("https://" + name))
            .isPresent();
  }

  private boolean isLocal(String host) {
    return local && LOCAL.contains(host.replaceFirst(":[0-9]{1,5}$", ""));
  }

  /** As browsers write it: in lower case, and without the scheme's usual port. */
  private static String authority(URI url) {
    int usual = url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    String host = url.getHost().toLowerCase(Locale.ROOT);
    return url.getPort() < 0 || url.getPort() == usual ? host : host + ":" + url.getPort();
  }
}
