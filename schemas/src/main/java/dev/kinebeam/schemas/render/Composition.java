package dev.kinebeam.schemas.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A video that is nowhere as a file: which mezzanines play when, in every quality, and how loud.
 * Mezzanines are named by their content, so that a composition is the same video for ever. It holds
 * all that playlists need; only segments need the mezzanines themselves.
 *
 * @param exercise whose bundle the primitives are from
 * @param language of the voice-over
 * @param gains of the wild tracks and of the voice-overs
 * @param rungs the qualities, the best first; its wild tracks are heard
 * @param voiceOvers each once
 * @param takes the videos in playing order, without gap or overlap
 * @param voices the voice-overs in playing order
 */
public record Composition(
    String exercise,
    String language,
    Manifest.Gains gains,
    List<Rung> rungs,
    List<Mezzanine> voiceOvers,
    List<Take> takes,
    List<Voice> voices) {
  /** 30 frames and 48,000 samples a second, so that every joint falls on a whole sample. */
  public static final int SAMPLES_PER_FRAME = 1600;

  /** The file of a mezzanine that holds its pictures, and the one that holds its sound. */
  public static final String PICTURES = "video.mp4";

  public static final String SOUND = "audio.pcm";

  public Composition {
    rungs = List.copyOf(rungs);
    voiceOvers = List.copyOf(voiceOvers);
    takes = List.copyOf(takes);
    voices = List.copyOf(voices);
  }

  /**
   * One quality.
   *
   * @param label such as {@code 720p}
   * @param sampleEntry the {@code stsd} box that all of its videos share, in base64
   */
  public record Rung(String label, int width, int height, String sampleEntry, List<Video> videos) {
    public Rung {
      videos = List.copyOf(videos);
    }
  }

  /**
   * A video's pictures in one quality, in groups that begin with a key frame.
   *
   * @param frames 30 to the second
   * @param delay frames by which presentation runs behind decoding
   */
  public record Video(Mezzanine mezzanine, int frames, int delay, List<Group> groups) {
    public Video {
      groups = List.copyOf(groups);
    }
  }

  /** Frames that can be decoded without any other, and their bytes. */
  public record Group(int frames, long bytes) {}

  /**
   * A mezzanine, by what it is made of and what it is.
   *
   * @param name file in the bundle
   * @param version names how it is made
   * @param source hex SHA-256 of the primitive
   * @param parts its files
   */
  public record Mezzanine(String name, String version, String source, List<Part> parts) {
    public Mezzanine {
      parts = List.copyOf(parts);
    }

    /** Where it lies, below a cache's folder or a bucket's prefix. */
    public String entry() {
      return version + "/" + source;
    }

    /**
     * One of its files.
     *
     * @throws IllegalArgumentException when it has none of that name
     */
    public Part part(String file) {
      return parts.stream()
          .filter(part -> part.name().equals(file))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(name + " has no " + file));
    }
  }

  /** A file, by its content. */
  public record Part(String name, long bytes, String sha256) {}

  /** One playing of one video, all of it. */
  public record Take(String video, long firstFrame, int frames) {}

  /** One playing of one voice-over, of which at most so many samples are heard. */
  public record Voice(String file, long firstSample, long samples) {}

  /** The verdict over a composition's JSON. */
  public sealed interface Parsed {}

  /** Usable. */
  public record Valid(Composition composition) implements Parsed {}

  /** What is wrong, never empty. */
  public record Invalid(List<FieldError> errors) implements Parsed {}

  /** Reads and checks a composition. */
  public static Parsed parse(byte[] json) {
    Composition composition;
    try {
      composition = Json.MAPPER.readValue(json, Composition.class);
    } catch (ValueInstantiationException e) {
      return invalid("missing", "the composition lacks a field that is a list");
    } catch (JsonProcessingException e) {
      return invalid("not_a_composition", "the composition cannot be read: " + Json.reason(e));
    } catch (IOException e) {
      return invalid("not_a_composition", "the composition cannot be read: " + e.getMessage());
    }
    return composition == null
        ? invalid("missing", "the composition is null")
        : composition.checked();
  }

  /** Checks one that was made here, or has been read already. */
  public Parsed checked() {
    List<FieldError> errors = CompositionRules.check(this);
    return errors.isEmpty() ? new Valid(this) : new Invalid(errors);
  }

  private static Invalid invalid(String code, String message) {
    return new Invalid(List.of(new FieldError("composition", code, message)));
  }

  /** Every mezzanine that it is played from. */
  public List<Mezzanine> mezzanines() {
    return Stream.concat(
            voiceOvers.stream(),
            rungs.stream().flatMap(rung -> rung.videos().stream()).map(Video::mezzanine))
        .toList();
  }

  public long frames() {
    Take last = takes.get(takes.size() - 1);
    return last.firstFrame() + last.frames();
  }

  public long samples() {
    return frames() * SAMPLES_PER_FRAME;
  }

  public double seconds() {
    return frames() / 30.0;
  }
}
