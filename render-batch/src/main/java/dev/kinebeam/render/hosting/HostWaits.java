package dev.kinebeam.render.hosting;

import dev.kinebeam.catalog.host.HostedStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which videos this process waits for at the host, since when and how far they are, so that a
 * progress line can name them; waits of half a minute and more are logged too. Thread-safe.
 */
public final class HostWaits {
  private static final Logger LOG = LoggerFactory.getLogger(HostWaits.class);
  private static final Duration LOG_EVERY = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final Map<Wait, String> waits = new ConcurrentHashMap<>();

  public HostWaits(InstantSource clock) {
    this.clock = clock;
  }

  /** One video that is waited for, until closed. For use by one thread. */
  final class Wait implements AutoCloseable {
    private final String title;
    private final Duration atMost;
    private final long beganMs = clock.millis();
    private long loggedMs = beganMs;

    private Wait(String title, Duration atMost) {
      this.title = title;
      this.atMost = atMost;
    }

    /** The host said this last. */
    void is(HostedStatus status) {
      waits.put(this, word(status));
      if (clock.millis() - loggedMs >= LOG_EVERY.toMillis()) {
        loggedMs = clock.millis();
        LOG.info("waiting for {}", line());
      }
    }

    private String line() {
      return "the video host to make %s playable: %s for %d s, at most %d s"
          .formatted(
              title,
              waits.getOrDefault(this, "asked"),
              (clock.millis() - beganMs) / 1000,
              atMost.toSeconds());
    }

    @Override
    public void close() {
      waits.remove(this);
    }
  }

  Wait begin(String title, Duration atMost) {
    Wait wait = new Wait(title, atMost);
    waits.put(wait, "asked");
    return wait;
  }

  private static String word(HostedStatus status) {
    if (status instanceof HostedStatus.AwaitingUpload) {
      return "no file there yet";
    }
    return status instanceof HostedStatus.Processing processing
        ? "processing, " + processing.percent() + " % done,"
        : "length not known yet";
  }

  /** The longest wait of now, for people, with how many others there are. */
  public Optional<String> longest() {
    return waits.keySet().stream()
        .min(Comparator.comparingLong(wait -> wait.beganMs))
        .map(
            wait ->
                "waiting for "
                    + wait.line()
                    + (waits.size() > 1 ? " (and " + (waits.size() - 1) + " more)" : ""));
  }
}
