package dev.kinebeam.web.server;

import dev.kinebeam.web.http.BodyLimits;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.http.Timeouts;
import dev.kinebeam.web.http.TrustedProxies;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that bound connections, requests and their bodies. */
final class HttpOptions {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  @Option(
      names = "--max-body-bytes",
      defaultValue = "1048576",
      description = "Largest body, counted unpacked (${DEFAULT-VALUE}).")
  private int maxBodyBytes;

  @Option(
      names = "--max-held-bytes",
      defaultValue = "8388608",
      description = "Bodies held at a time by all requests; more get 503 (${DEFAULT-VALUE}).")
  private int maxHeldBytes;

  @Option(
      names = "--max-in-flight",
      defaultValue = "128",
      description = "Requests served at a time; more get 503 (${DEFAULT-VALUE}).")
  private int maxInFlight;

  @Option(
      names = "--max-unfinished-per-caller",
      defaultValue = "16",
      description = "Bodies of one caller on their way at a time; more get 429 (${DEFAULT-VALUE}).")
  private int maxUnfinishedPerCaller;

  @Option(
      names = "--max-unfinished-per-address",
      defaultValue = "64",
      description = "The same for one client address (${DEFAULT-VALUE}); see --trusted-proxy.")
  private int maxUnfinishedPerAddress;

  @Option(
      names = "--trusted-proxy",
      descriptionKey = "TRUSTED_PROXIES",
      split = ",",
      description =
          "Networks of proxies whose Forwarded or X-Forwarded-For is believed, e.g. 10.0.0.0/8.")
  private List<String> trustedProxies;

  @Option(
      names = "--idle-timeout",
      defaultValue = "PT15S",
      description = "How long a connection may send nothing (${DEFAULT-VALUE}).")
  private Duration idleTimeout;

  @Option(
      names = "--head-timeout",
      defaultValue = "PT10S",
      description = "How long a request's header fields may take to arrive (${DEFAULT-VALUE}).")
  private Duration headTimeout;

  @Option(
      names = "--body-timeout",
      defaultValue = "PT15S",
      description = "How long a body may take to arrive before 408 (${DEFAULT-VALUE}).")
  private Duration bodyTimeout;

  @Option(
      names = "--min-body-rate",
      defaultValue = "1024",
      description =
          "Bytes per second of a body after its first five seconds; 408 below (${DEFAULT-VALUE}).")
  private int minBodyRate;

  /**
   * The limits that these flags give.
   *
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  HttpLimits limits() {
    return new HttpLimits(
        maxInFlight,
        STOP_TIMEOUT,
        new Timeouts(idleTimeout, headTimeout, bodyTimeout, minBodyRate),
        new BodyLimits(
            maxBodyBytes,
            maxHeldBytes,
            maxUnfinishedPerCaller,
            maxUnfinishedPerAddress,
            proxies()));
  }

  private TrustedProxies proxies() {
    List<String> named = trustedProxies == null ? List.of() : trustedProxies;
    return TrustedProxies.of(named.stream().map(String::strip).filter(n -> !n.isEmpty()).toList());
  }
}
