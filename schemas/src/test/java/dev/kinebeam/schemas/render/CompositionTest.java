package dev.kinebeam.schemas.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Composition.Group;
import dev.kinebeam.schemas.render.Composition.Mezzanine;
import dev.kinebeam.schemas.render.Composition.Part;
import dev.kinebeam.schemas.render.Composition.Rung;
import dev.kinebeam.schemas.render.Composition.Take;
import dev.kinebeam.schemas.render.Composition.Video;
import dev.kinebeam.schemas.render.Composition.Voice;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompositionTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final Composition VALID =
      new Composition(
          "lumbar-detensioning",
          "ro",
          Manifest.Gains.DEFAULT,
          List.of(rung("1080p"), rung("720p")),
          List.of(
              new Mezzanine("intro-vo-1.mp3", "voice-v3", HASH, List.of(part("audio.pcm", 1_000)))),
          List.of(new Take("intro-1.mp4", 0, 90), new Take("intro-1.mp4", 90, 90)),
          List.of(new Voice("intro-vo-1.mp3", 0, 288_000)));

  private static Rung rung(String label) {
    Mezzanine mezzanine =
        new Mezzanine(
            "intro-1.mp4",
            "v3-" + label,
            HASH,
            List.of(part("video.mp4", 1_600), part("audio.pcm", 576_000)));
    return new Rung(
        label,
        1920,
        1080,
        "c3RzZA==",
        List.of(new Video(mezzanine, 90, 1, List.of(new Group(60, 1000), new Group(30, 500)))));
  }

  private static Part part(String name, long bytes) {
    return new Part(name, bytes, HASH);
  }

  @Test
  void whatIsSentIsWhatIsRead() {
    assertThat(Composition.parse(Json.bytes(VALID))).isEqualTo(new Composition.Valid(VALID));
    assertThat(VALID.frames()).isEqualTo(180);
    assertThat(VALID.samples()).isEqualTo(288_000);
    assertThat(VALID.seconds()).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "first_frame":90           | "first_frame":91          | begins at frame 91
          "label":"720p"             | "label":"1080p"           | named twice
          "version":"v3-720p"        | "version":"../720p"       | must be VERSION/SHA256
          "name":"audio.pcm"         | "name":"../audio"         | a part of
          "frames":60                | "frames":61               | in groups of
          "language":"ro"            | "language":"Romanian"     | must be a code
          "file":"intro-vo-1.mp3"    | "file":"outro-vo-1.mp3"   | voice-over
          "voices":                  | "sounds":                 | lacks a field
          "gains":                   | "gain":                   | lacks a field
          "voice_over":1.0           | "voice_over":1e300        | must be 0 to 4
          "lumbar-detensioning"      | "../lumbar"               | must be a slug
          "frames":60                | "frames":0                | without frames
          "frames":60                | "frames":2147483647       | in groups of
          "frames":30                | "frames":-30              | without frames
          "bytes":500}               | "bytes":601}              | groups of more bytes
          "bytes":500}               | "bytes":9223372036854775807} | groups of more bytes
          "bytes":500}               | "bytes":-5}               | without frames
          "bytes":576000             | "bytes":576004            | bytes of sound
          "delay":1                  | "delay":17                | 0 to 16
          "width":1920               | "width":0                 | sides must be even
          "width":1920               | "width":1919              | sides must be even
          "height":1080              | "height":2000000           | sides must be even
          "sample_entry":"c3RzZA=="  | "sample_entry":""         | 1 to 8192
          "sample_entry":"c3RzZA=="  | "sample":"c3RzZA=="       | lacks a field
          "samples":288000           | "samples":288001          | outside of the takes
          "first_sample":0           | "first_sample":9223372036854775807 | outside of the takes
          "name":"intro-vo-1.mp3"    | "name":"a/../intro.mp3"   | must be a path
          "name":"audio.pcm"         | "name":"video.mp4"        | part twice
          """)
  void whatIsWrongIsNamed(String found, String wrong, String message) {
    String json = new String(Json.bytes(VALID), UTF_8);
    assertThat(json).contains(found);
    Composition.Parsed parsed = Composition.parse(json.replace(found, wrong).getBytes(UTF_8));
    assertThat(parsed).isInstanceOf(Composition.Invalid.class);
    assertThat(((Composition.Invalid) parsed).errors())
        .extracting(FieldError::message)
        .anyMatch(text -> text.contains(message));
  }

  @Test
  void whatWouldNotFitIntoMemoryIsRefused() {
    List<Group> groups = Collections.nCopies(1_000, new Group(1, 1));
    Mezzanine mezzanine =
        new Mezzanine(
            "intro-1.mp4",
            "v3-720p",
            HASH,
            List.of(part("video.mp4", 2_000), part("audio.pcm", 6_400_000)));
    List<Video> videos = List.of(new Video(mezzanine, 1_000, 1, groups));
    assertThat(messages(videos, 1_000, 101)).anyMatch(text -> text.contains("101000 groups"));
    assertThat(messages(videos, 1_000, 100)).isEmpty();
    assertThat(messages(videos, 1_000, 649)).anyMatch(text -> text.contains("649000 frames"));
    assertThat(messages(List.of(videos.get(0), videos.get(0)), 1_000, 1))
        .anyMatch(text -> text.contains("more than once"));
  }

  private static List<String> messages(List<Video> videos, int frames, int times) {
    Composition composition =
        new Composition(
            "squats",
            "ro",
            Manifest.Gains.DEFAULT,
            List.of(new Rung("720p", 1280, 720, "c3RzZA==", videos)),
            List.of(),
            IntStream.range(0, times)
                .mapToObj(i -> new Take("intro-1.mp4", (long) i * frames, frames))
                .toList(),
            List.of());
    return composition.checked() instanceof Composition.Invalid invalid
        ? invalid.errors().stream().map(FieldError::message).toList()
        : List.of();
  }

  @Test
  void whatIsNoCompositionIsRefused() {
    for (String json : List.of("", "null", "[]", "{}", "{\"rungs\":7}")) {
      assertThat(Composition.parse(json.getBytes(UTF_8))).isInstanceOf(Composition.Invalid.class);
    }
  }
}
