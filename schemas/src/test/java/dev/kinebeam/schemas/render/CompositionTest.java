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
import java.util.List;
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
          List.of(new Mezzanine("intro-vo-1.mp3", "voice-v3", HASH, List.of(part("audio.pcm")))),
          List.of(new Take("intro-1.mp4", 0, 90), new Take("intro-1.mp4", 90, 90)),
          List.of(new Voice("intro-vo-1.mp3", 0, 288_000)));

  private static Rung rung(String label) {
    Mezzanine mezzanine =
        new Mezzanine(
            "intro-1.mp4", "v3-" + label, HASH, List.of(part("video.mp4"), part("audio.pcm")));
    return new Rung(
        label,
        1920,
        1080,
        "c3RzZA==",
        List.of(new Video(mezzanine, 90, 1, List.of(new Group(60, 1000), new Group(30, 500)))));
  }

  private static Part part(String name) {
    return new Part(name, 1500, HASH);
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
  void whatIsNoCompositionIsRefused() {
    for (String json : List.of("", "[]", "{}", "{\"rungs\":7}")) {
      assertThat(Composition.parse(json.getBytes(UTF_8))).isInstanceOf(Composition.Invalid.class);
    }
  }
}
