package dev.kinebeam.trials.players;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.sample.picture.Barcode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The {@code ffmpeg} of this machine, which shares no code with our composer's build of libav. */
final class DebianFfmpeg {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int STRIP = 44;
  private static final long WITHIN_SECONDS = 60;

  /** The part of the picture that has the barcode, as one byte for each pixel. */
  private static final List<String> STRIPS =
      List.of(
          "-vf",
          "scale=%d:%d,crop=%d:%d:0:%d".formatted(WIDTH, HEIGHT, WIDTH, STRIP, HEIGHT - STRIP),
          "-fps_mode",
          "passthrough",
          "-pix_fmt",
          "gray",
          "-f",
          "rawvideo");

  private final Path folder;

  DebianFfmpeg(Path folder) {
    this.folder = folder;
  }

  /** Plays every quality and the sound at once; returns each quality's frames, as they come. */
  List<List<Optional<Barcode>>> play(URI master, int qualities) throws Exception {
    List<Path> files = new ArrayList<>();
    List<String> arguments = new ArrayList<>(List.of("-i", master.toString()));
    for (int quality = 0; quality < qualities; quality++) {
      files.add(folder.resolve("quality-" + quality + ".gray"));
      arguments.addAll(List.of("-map", "0:v:" + quality));
      arguments.addAll(STRIPS);
      arguments.add(files.get(quality).toString());
    }
    arguments.addAll(List.of("-map", "0:a:0", "-f", "null", "-"));
    run(arguments);
    List<List<Optional<Barcode>>> frames = new ArrayList<>();
    for (Path file : files) {
      frames.add(barcodes(file));
    }
    return frames;
  }

  /** Seeks in a file and returns the frame that it shows there. */
  Optional<Barcode> at(URI file, double seconds) {
    Path strip = folder.resolve("one.gray");
    // It drops what comes before: with this the frame that is on screen is the first to stay.
    String from = String.format(Locale.ROOT, "%.6f", Math.max(0, seconds - 1.0 / 30));
    List<String> arguments = new ArrayList<>(List.of("-ss", from, "-i", file.toString()));
    arguments.addAll(List.of("-map", "0:v:0", "-frames:v", "1"));
    arguments.addAll(STRIPS);
    arguments.add(strip.toString());
    try {
      run(arguments);
      return barcodes(strip).get(0);
    } catch (Exception e) {
      throw new AssertionError("ffmpeg cannot seek to " + seconds, e);
    }
  }

  private void run(List<String> arguments) throws Exception {
    Path log = folder.resolve("ffmpeg.log");
    List<String> command =
        new ArrayList<>(List.of("ffmpeg", "-nostdin", "-y", "-v", "warning", "-xerror"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(command + " takes more than " + WITHIN_SECONDS + " s");
      }
      String complaints = Files.readString(log, UTF_8);
      if (process.exitValue() != 0 || !complaints.isBlank()) {
        throw new AssertionError(command + " says: " + complaints.lines().limit(10).toList());
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<Optional<Barcode>> barcodes(Path file) throws IOException {
    byte[] pixels = Files.readAllBytes(file);
    Files.delete(file);
    List<Optional<Barcode>> barcodes = new ArrayList<>();
    for (int at = 0; at < pixels.length; at += WIDTH * STRIP) {
      int first = at - (HEIGHT - STRIP) * WIDTH;
      barcodes.add(Barcode.read(WIDTH, HEIGHT, (x, y) -> pixels[first + y * WIDTH + x] & 0xff));
    }
    return barcodes;
  }
}
