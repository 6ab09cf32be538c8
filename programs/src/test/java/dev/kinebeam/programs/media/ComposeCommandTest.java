package dev.kinebeam.programs.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ComposeCommandTest {
  private static final String TWO_SETS =
      "{'exercise':'lumbar-detensioning','language':'ro','sets':[{'side':'left','reps':5},"
          + "{'side':'right','reps':5}],'seed':42}";

  @TempDir Path directory;

  private record Ran(int code, String out, String err) {}

  @Test
  void composesAndSaysWhatItMade() throws IOException {
    Ran ran = compose(SampleBundle.directory(), TWO_SETS, "out.mp4");
    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode json = Json.MAPPER.readTree(ran.out());
    assertThat(json.path("frames").asInt()).isEqualTo(42 + 75 + 30 + 75 + 36);
    assertThat(json.path("frames")).isEqualTo(json.path("expected_frames"));
    assertThat(json.path("duration_seconds").asDouble()).isEqualTo(8.6);
    assertThat(json.path("segments")).hasSize(5);
    assertThat(directory.resolve("out.mp4")).isNotEmptyFile();
  }

  @Test
  void theSameCommandGivesTheSameBytesAlsoFromAColdCache() throws IOException {
    compose(SampleBundle.directory(), TWO_SETS, "one.mp4");
    Ran cold =
        compose(
            SampleBundle.directory(),
            TWO_SETS,
            "two.mp4",
            "--cache-dir",
            directory.resolve("cold").toString());
    assertThat(cold.code()).isZero();
    assertThat(directory.resolve("two.mp4")).hasSameBinaryContentAs(directory.resolve("one.mp4"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'exercise':'lumbar-detensioning','sets':[{'side':'left','reps':7}]}           | sets[0].reps is 7; it must be a multiple of 5 from 5 to 20
          {'exercise':'lumbar-detensioning','sets':[{'side':'left','reps':25}]}          | sets[0].reps is 25; it must be a multiple of 5 from 5 to 20
          {'exercise':'lumbar-detensioning','sets':[{'side':'up','reps':5}]}             | sets[0].side is up; this exercise has left, right
          {'exercise':'lumbar-detensioning','language':'en','sets':[{'side':'left','reps':5}]} | no audio is recorded in en; there is ro
          {'exercise':'squat','sets':[{'side':'left','reps':5}]}                         | the bundle holds lumbar-detensioning, not squat
          {'sets':[{'side':'left','reps':5}]}                                            | a recipe needs exercise
          {'exercise':'lumbar-detensioning','langauge':'ro','sets':[{'side':'left','reps':5}]} | recipe.json: there is no field langauge; a recipe has exercise, language, sets, seed, variant_chaining
          {'exercise':'lumbar-detensioning'                                              | , at line 1, column 34; docs/rendering.md shows a whole recipe
          {'exercise':'lumbar-detensioning','sets':[]}                                   | sets is []; it must be a list of one set or more
          """,
      quoteCharacter = '"')
  void aBadRecipeIsRefusedWithOneLineForEachFault(String recipe, String message)
      throws IOException {
    Ran ran = compose(SampleBundle.directory(), recipe, "out.mp4");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(message);
    assertThat(ran.out()).isEmpty();
    assertThat(directory.resolve("out.mp4")).doesNotExist();
  }

  @Test
  void everyFaultOfARecipeIsNamed() throws IOException {
    String recipe =
        "{'exercise':'lumbar-detensioning','sets':[{'side':'left','reps':7},{'side':'up','reps':5}]}";
    Ran ran = compose(SampleBundle.directory(), recipe, "out.mp4");
    assertThat(ran.err().lines())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith(
                        "kinebeam compose: " + directory.resolve("recipe.json") + ": sets["));
  }

  @Test
  void aSlotWithoutVariantIsNamed() throws IOException {
    Path bundle = SampleBundle.copyTo(directory.resolve("bundle"));
    for (int variant = 1; variant <= 3; variant++) {
      Files.delete(bundle.resolve("rep-right-video-" + variant + ".mp4"));
    }
    Ran ran = compose(bundle, TWO_SETS, "out.mp4");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("no variant of the slot rep-right-video");
  }

  @Test
  void aCorruptPrimitiveIsNamedAndNothingIsWritten() throws IOException {
    Path bundle = SampleBundle.copyTo(directory.resolve("bundle"));
    for (int variant = 1; variant <= 3; variant++) {
      Path file = bundle.resolve("rep-left-video-" + variant + ".mp4");
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 3));
    }
    Ran ran = compose(bundle, TWO_SETS, "out.mp4");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("kinebeam compose: rep-left-video-");
    try (var files = Files.list(directory)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("bundle", "recipe.json");
    }
  }

  @Test
  void aFolderWithoutManifestIsNotABundle() throws IOException {
    Ran ran = compose(directory, TWO_SETS, "out.mp4");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("there is no manifest.json in");
  }

  @Test
  void onlyAnMp4IsWritten() throws IOException {
    Ran ran = compose(SampleBundle.directory(), TWO_SETS, "out.mov");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("out.mov; it must end in .mp4");
    assertThat(directory.resolve("out.mov")).doesNotExist();
  }

  @Test
  void anUnknownProfileIsWrongUsage() throws IOException {
    Ran ran = compose(SampleBundle.directory(), TWO_SETS, "out.mp4", "--profile", "8k");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("no profile 8k; there is 1080p");
  }

  private Ran compose(Path bundle, String recipe, String out, String... more) throws IOException {
    Path file = directory.resolve("recipe.json");
    Files.writeString(file, recipe.replace('\'', '"'));
    StringWriter stdout = new StringWriter();
    StringWriter stderr = new StringWriter();
    CommandLine command =
        new CommandLine(new ComposeCommand())
            .setOut(new PrintWriter(stdout))
            .setErr(new PrintWriter(stderr))
            .setOverwrittenOptionsAllowed(true);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--bundle",
                bundle.toString(),
                "--recipe",
                file.toString(),
                "--out",
                directory.resolve(out).toString(),
                "--profile",
                "216p",
                "--cache-dir",
                SampleBundle.cacheDirectory().toString()));
    arguments.addAll(List.of(more));
    int code = command.execute(arguments.toArray(String[]::new));
    return new Ran(code, stdout.toString(), stderr.toString());
  }
}
