package dev.kinebeam.trials.orders;

import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.trials.orders.MediaPlaylist.Segment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * One viewing of a render by a player without a screen. It fetches pictures and sound in the order
 * of their play times, no further ahead than its buffer, repeats what fails, and asks for a new
 * address when the one it has is refused. A segment that comes after its play time is an
 * interruption; the picture stands still until it is there.
 */
final class Play {
  private static final int LARGEST_FILE = 64 << 20;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration REPEATED_AFTER = Duration.ofMillis(250);
  private static final Duration LOOKS_AGAIN_AFTER = Duration.ofMillis(50);

  private final HttpClient http;
  private final Addresses addresses;
  private final UUID render;
  private final Duration ahead;
  private final BooleanSupplier stopped;
  private final List<String> interruptions = new ArrayList<>();
  private String token;
  private int renewals;
  private int repeated;
  private final AtomicLong startedNanos = new AtomicLong();
  private volatile double fetchedUntil;
  private volatile boolean whole;

  /** Where renders are played. */
  interface Addresses {
    /** A present address of a render; empty while the server that knows it is unavailable. */
    Optional<URI> of(UUID render) throws IOException, InterruptedException;
  }

  /**
   * A viewing that has not begun.
   *
   * @param ahead how much of the video is held beyond what is shown
   * @param stopped ends it where it is
   */
  Play(HttpClient http, Addresses addresses, UUID render, Duration ahead, BooleanSupplier stopped) {
    this.http = http;
    this.addresses = addresses;
    this.render = render;
    this.ahead = ahead;
    this.stopped = stopped;
  }

  /** Plays the render, from this address first; returns at its end or when it is stopped. */
  void run(URI first) throws InterruptedException {
    token = tokenOf(first);
    try {
      List<Segment> segments = new ArrayList<>();
      Optional<byte[]> master = fetch(first);
      if (master.isEmpty()) {
        return;
      }
      for (URI track : MediaPlaylist.tracks(first, text(master.get()))) {
        Optional<byte[]> media = fetch(track);
        if (media.isEmpty()) {
          return;
        }
        segments.addAll(MediaPlaylist.parse(track, text(media.get())).segments());
      }
      segments.sort(Comparator.comparingDouble(Segment::from));
      play(segments);
    } catch (IOException e) {
      interruptions.add(e.getMessage());
    }
  }

  private void play(List<Segment> segments) throws IOException, InterruptedException {
    for (Segment segment : segments) {
      // The clock runs from the moment at which the beginning of every track is there.
      if (!hasStarted() && segment.from() > 0) {
        startedNanos.set(System.nanoTime());
      }
      while (hasStarted() && segment.from() > shown() + seconds(ahead)) {
        if (stopped.getAsBoolean()) {
          return;
        }
        TimeUnit.NANOSECONDS.sleep(LOOKS_AGAIN_AFTER.toNanos());
      }
      if (fetch(segment.address()).isEmpty()) {
        return;
      }
      fetchedUntil = segment.from();
      double late = !hasStarted() ? 0 : shown() - segment.from();
      if (late > 0) {
        interruptions.add(
            "%s came %.1f s after its play time %.1f s"
                .formatted(segment.address().getPath(), late, segment.from()));
        startedNanos.addAndGet((long) (late * 1e9));
      }
    }
    whole = true;
  }

  /** How far it has been played, in seconds. */
  private double shown() {
    return (System.nanoTime() - startedNanos.get()) / 1e9;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static String text(byte[] playlist) {
    return new String(playlist, StandardCharsets.UTF_8);
  }

  /**
   * A file of the render, however often it has to be asked for.
   *
   * @return empty when the viewing was stopped first
   * @throws IOException when the host says that it will never come
   */
  private Optional<byte[]> fetch(URI address) throws IOException, InterruptedException {
    while (!stopped.getAsBoolean()) {
      int status = 0;
      try {
        HttpResponse<byte[]> answer =
            http.send(
                HttpRequest.newBuilder(with(token, address)).timeout(ANSWER_WITHIN).build(),
                BoundedBody.bytes(LARGEST_FILE));
        status = answer.statusCode();
        if (status == 200) {
          return Optional.of(answer.body());
        }
        if (status == 404 || status == 410) {
          throw new GoneException(
              address.getPath() + " answered " + status + ": " + text(answer.body()));
        }
      } catch (GoneException e) {
        throw e;
      } catch (IOException e) {
        repeated++; // the host is unavailable: it is asked again below
      }
      if (status == 403 && renewed()) {
        continue;
      }
      TimeUnit.NANOSECONDS.sleep(REPEATED_AFTER.toNanos());
    }
    return Optional.empty();
  }

  private static final class GoneException extends IOException {
    private static final long serialVersionUID = 1L;

    GoneException(String message) {
      super(message);
    }
  }

  private boolean renewed() throws IOException, InterruptedException {
    Optional<String> next = addresses.of(render).map(Play::tokenOf);
    if (next.isEmpty() || next.get().equals(token)) {
      return false;
    }
    token = next.get();
    renewals++;
    return true;
  }

  /** The token is the second part of an address's path. */
  static String tokenOf(URI address) {
    return address.getPath().split("/", -1)[2];
  }

  /** The same address with another token. */
  static URI with(String token, URI address) {
    return URI.create(address.toString().replace(tokenOf(address), token));
  }

  /** Whether so much, or all that is left of the video, is fetched beyond what is shown. */
  boolean holds(Duration time) {
    return whole || (hasStarted() && fetchedUntil - shown() >= seconds(time));
  }

  /** Whether its picture has begun to move. */
  boolean hasStarted() {
    return startedNanos.get() != 0;
  }

  @Override
  public String toString() {
    return "%s: shown %.1f s, fetched %.1f s, %d requests repeated, %s"
        .formatted(
            render, hasStarted() ? shown() : 0, fetchedUntil, repeated, List.copyOf(interruptions));
  }

  /** What interrupted it, in words. */
  List<String> interruptions() {
    return interruptions;
  }

  /** How often it continued with a new address. */
  int renewals() {
    return renewals;
  }
}
