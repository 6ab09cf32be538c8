package dev.kinebeam.trials.personal;

import dev.kinebeam.sample.libav.Footage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a therapist uploads, or does after that. */
enum Recording {
  /** Of two seconds. */
  GOOD(Optional.empty()),
  /** Of 121 seconds. */
  TOO_LONG(Optional.of("duration_exceeded")),
  /** Not a video. */
  NO_VIDEO(Optional.of("host_refused")),
  /** Another object is put under its key after the upload was completed. */
  REPLACED(Optional.of("original_changed")),
  /** The therapist loses the patient before it is ready. */
  CARE_ENDED(Optional.of("access_ended"));

  /** Of a host that fails three times one after the other, whatever the recording is. */
  static final Set<String> OF_THE_HOST =
      Set.of("host_slow", "host_unavailable", "host_failed", "store_unavailable");

  private static final int EVERY = 20;
  private static final int SECONDS_TOO_LONG = 121;

  private final Optional<String> reason;

  Recording(Optional<String> reason) {
    this.reason = reason;
  }

  /** The kind of the video of a number: four of twenty are not good. */
  static Recording of(int number) {
    return switch (number % EVERY) {
      case 4 -> TOO_LONG;
      case 9 -> NO_VIDEO;
      case 14 -> REPLACED;
      case 19 -> CARE_ENDED;
      default -> GOOD;
    };
  }

  /** Whether a video of this kind may fail with the given reason. */
  boolean mayFail(String given) {
    return reason.equals(Optional.of(given)) || OF_THE_HOST.contains(given);
  }

  /** Whether a video of this kind may be given to the patient. */
  boolean mayComplete() {
    return reason.isEmpty();
  }

  /** The contents of all kinds. */
  static Map<Recording, byte[]> contents(Path folder) throws IOException {
    Map<Recording, byte[]> contents = new EnumMap<>(Recording.class);
    byte[] good = footage(folder.resolve("good.mp4"), 30, 15);
    for (Recording kind : values()) {
      contents.put(kind, good);
    }
    contents.put(TOO_LONG, footage(folder.resolve("long.mp4"), SECONDS_TOO_LONG * 2, 2));
    contents.put(NO_VIDEO, "no video at all\n".repeat(40).getBytes(StandardCharsets.UTF_8));
    return contents;
  }

  private static byte[] footage(Path file, int frames, int perSecond) throws IOException {
    new Footage().size(320, 180).frames(frames, perSecond, 1).writeTo(file);
    return Files.readAllBytes(file);
  }
}
