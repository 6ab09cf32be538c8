package dev.kinebeam.programs.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.compose.Composed;
import dev.kinebeam.composer.compose.Composer;
import dev.kinebeam.composer.delivery.NameReader;
import dev.kinebeam.composer.testing.RawDelivery;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From a raw delivery to a render, by the commands that people use. */
class DeliveryScenarioTest {
  private static final String SLUG = SampleExercise.SLUG;

  @TempDir Path folder;

  private record Run(int exit, String out, String err) {}

  private static Run run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(new BundleCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  err.write(failure.getMessage());
                  return 1;
                });
    int exit = command.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }

  private Run prepare(Path raw, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "prepare",
                raw,
                "--exercise",
                SLUG,
                "--language",
                "ro",
                "--out",
                folder.resolve("out")));
    words.addAll(List.of(more));
    return run(words.toArray());
  }

  @Test
  void aRawDeliveryBecomesABundleThatIsCleanAndComposes() throws Exception {
    Run prepared = prepare(RawDelivery.directory());
    assertThat(prepared.exit()).as(prepared.err()).isZero();
    assertThat(prepared.out())
        .contains("1 manifest.json", "9 framing videos", "6 rep videos")
        .contains("9 framing voice-overs, ro", "6 rep voice-overs, ro");
    Path bundle = folder.resolve("out").resolve(SLUG);

    Run checked = run("check", bundle, "--json");
    assertThat(checked.exit()).as(checked.out()).isZero();
    JsonNode result = Json.MAPPER.readTree(checked.out());
    assertThat(result.path("errors").asInt()).as(checked.out()).isZero();
    assertThat(result.path("warnings").asInt()).as(checked.out()).isZero();
    assertThat(result.path("files")).hasSize(31);

    Recipe recipe =
        new Recipe(
            SLUG, "ro", List.of(new SetSpec("left", 10), new SetSpec("right", 5)), 7L, false);
    Path film = folder.resolve("film.mp4");
    Composed composed =
        new Composer(SampleBundle.cache())
            .compose(BundleDirectory.open(bundle), recipe, film, (step, part) -> {});
    assertThat(composed.frames()).isEqualTo(composed.expectedFrames());
    assertThat(film).isNotEmptyFile();
  }

  @Test
  void preparingAgainChangesNothingAndADifferentBundleIsNotOverwritten() throws Exception {
    Path raw = RawDelivery.copyTo(folder.resolve("raw"));
    assertThat(prepare(raw).exit()).isZero();
    Path bundle = folder.resolve("out").resolve(SLUG);
    SortedMap<String, FileTime> before = times(bundle);
    Run again = prepare(raw, "--json");
    assertThat(again.exit()).isZero();
    assertThat(Json.MAPPER.readTree(again.out()).path("outcome").asText()).isEqualTo("unchanged");
    assertThat(times(bundle)).isEqualTo(before);

    Files.delete(raw.resolve("001 Detensionari Lombare - Intro.mp4"));
    Run other = prepare(raw);
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("intro-video-1.mp4 would be deleted", "--force");
    assertThat(times(bundle)).isEqualTo(before);

    assertThat(prepare(raw, "--force").exit()).isZero();
    assertThat(bundle.resolve("intro-video-1.mp4")).doesNotExist();
    assertThat(leftBehind()).isEmpty();
  }

  @Test
  void allUnreadableNamesAreReportedAtOnceAndAMapPlacesThem() throws Exception {
    Path raw = RawDelivery.copyTo(folder.resolve("raw"));
    Files.writeString(raw.resolve("poza.jpg"), "x");
    Files.move(
        raw.resolve("001 Detensionari Lombare - Intro.mp4"), raw.resolve("filmare marți.mp4"));
    Files.copy(
        raw.resolve("001 Detensionari Lombare - Outro.mp4"),
        raw.resolve("001 Detensionari Lombare - Outro 1.mp4"));
    Run refused = prepare(raw);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err())
        .contains("poza.jpg: is neither", "filmare marți.mp4: names no part")
        .contains("is outro-video-1.mp4 as", "--map FILE", "filmare marți.mp4 = PLACE");
    assertThat(folder.resolve("out").resolve(SLUG)).doesNotExist();

    Path map = folder.resolve("map.txt");
    Files.writeString(
        map,
        """
        # what the names do not say
        poza.jpg = -
        filmare marți.mp4 = intro-video-1
        001 Detensionari Lombare - Outro 1.mp4 = -
        """);
    Run mapped = prepare(raw, "--map", map);
    assertThat(mapped.exit()).as(mapped.err()).isZero();
    assertThat(folder.resolve("out").resolve(SLUG).resolve("audio/ro/intro-vo-1.mp3")).exists();

    Files.writeString(map, "poza.jpg = ../../etc/passwd\n");
    Run escaping = prepare(raw, "--map", map);
    assertThat(escaping.exit()).isEqualTo(2);
    assertThat(escaping.err()).contains("line 1", "not a place in a bundle");
    Files.writeString(map, "poza.jpg = -\nunknown.mp4 = intro-video-9\n");
    assertThat(prepare(raw, "--map", map).err())
        .contains("unknown.mp4: is in the map and not in the delivery");
  }

  @Test
  void aDeliveryAtFaultLeavesNothingBehindAndNamesTheFile() throws Exception {
    Path raw = RawDelivery.copyTo(folder.resolve("raw"));
    Files.writeString(raw.resolve("001 Detensionari Lombare - Intro.mp4"), "no film at all");
    Run broken = prepare(raw);
    assertThat(broken.exit()).isEqualTo(1);
    assertThat(broken.err())
        .contains("001 Detensionari Lombare - Intro.mp4", "audio/ro/intro-vo-1.mp3");
    assertThat(folder.resolve("out").resolve(SLUG)).doesNotExist();
    assertThat(leftBehind()).isEmpty();

    Files.delete(raw.resolve("001 Detensionari Lombare 1-20 Dreapta.mp3"));
    try (Stream<Path> files = Files.list(raw)) {
      for (Path file : files.toList()) {
        if (NameReader.plain(file.getFileName().toString()).contains("1-20_dreapta")
            || NameReader.plain(file.getFileName().toString()).contains("1-20 dreapta")) {
          Files.delete(file);
        }
      }
    }
    assertThat(prepare(raw).err()).contains("voice-over that counts, side right is missing");
  }

  @Test
  void placeholdersAreMadeOnlyWhenAskedFor() throws Exception {
    Path raw = folder.resolve("raw");
    Files.createDirectories(raw);
    try (Stream<Path> files = Files.list(RawDelivery.directory())) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith("001 Detensionari Lombare ")) {
          Files.copy(file, raw.resolve(file.getFileName()));
        }
      }
    }
    assertThat(prepare(raw).out()).contains("3 framing videos", "0 stand-ins");
    Run filled = prepare(raw, "--variants", "3", "--force");
    assertThat(filled.out()).contains("9 framing videos", "20 stand-ins");
    Run checked = run("check", folder.resolve("out").resolve(SLUG));
    assertThat(checked.exit()).isZero();
    assertThat(checked.out()).contains("is the same file as intro-video-1.mp4, a stand-in");
  }

  @Test
  void wrongUsageIsReportedByName() throws Exception {
    assertThat(run("prepare", RawDelivery.directory(), "--exercise", "../x", "--language", "ro"))
        .satisfies(
            run -> {
              assertThat(run.exit()).isEqualTo(2);
              assertThat(run.err()).contains("--exercise is ../x");
            });
    Path taken = folder.resolve("out").resolve(SLUG);
    Files.createDirectories(taken);
    Files.writeString(taken.resolve("holiday.txt"), "mine");
    Run refused = prepare(RawDelivery.directory(), "--force");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("is not a bundle");
    assertThat(taken.resolve("holiday.txt")).hasContent("mine");
  }

  @Test
  void whatForceWouldEraseAndNoDeliveryBringsAgainIsKept() throws Exception {
    Path raw = RawDelivery.copyTo(folder.resolve("raw"));
    assertThat(prepare(raw).exit()).isZero();
    Path bundle = folder.resolve("out").resolve(SLUG);
    Files.delete(raw.resolve("001 Detensionari Lombare - Intro.mp4"));

    Path english = bundle.resolve("audio/en/intro-vo-1.mp3");
    Files.createDirectories(english.getParent());
    Files.writeString(english, "hello");
    Path manifest = bundle.resolve(BundleDirectory.MANIFEST);
    String written = Files.readString(manifest);
    Files.writeString(manifest, written.replace("\"ro\"", "\"ro\", \"en\""));
    SortedMap<String, FileTime> before = times(bundle);
    Run languages = prepare(raw, "--force");
    assertThat(languages.exit()).isEqualTo(1);
    assertThat(languages.err())
        .contains("the language en in manifest.json", "audio/en/intro-vo-1.mp3");
    assertThat(times(bundle)).isEqualTo(before);

    Files.delete(english);
    Files.writeString(manifest, written.replaceFirst("\\{", "{\"gains\": {\"wild_track\": 0.2},"));
    assertThat(prepare(raw, "--force").err()).contains("the gains in manifest.json");

    Files.writeString(manifest, written);
    Files.writeString(bundle.resolve("notes.txt"), "mine");
    assertThat(prepare(raw, "--force").err()).contains("it holds notes.txt");
    Files.delete(bundle.resolve("notes.txt"));
    Files.writeString(manifest, written.replace(SLUG, "neck-turns"));
    assertThat(prepare(raw, "--force").err()).contains("is that of neck-turns");
    assertThat(bundle.resolve("intro-video-1.mp4")).exists();
  }

  @Test
  void aReplacementThatBrokeOffIsUndoneByTheNextCall() throws Exception {
    Path raw = RawDelivery.directory();
    assertThat(prepare(raw).exit()).isZero();
    Path bundle = folder.resolve("out").resolve(SLUG);
    SortedMap<String, FileTime> before = times(bundle);
    Files.move(bundle, folder.resolve("out").resolve("." + SLUG + ".kinebeam-replaced"));
    assertThat(prepare(raw).out()).contains("unchanged");
    assertThat(times(bundle)).isEqualTo(before);
    assertThat(leftBehind()).isEmpty();
  }

  @Test
  void aDeliveryAndItsBundleDoNotLieInsideOfEachOther() throws Exception {
    Path inside = RawDelivery.copyTo(folder.resolve("out").resolve(SLUG).resolve("raw"));
    Files.writeString(
        folder.resolve("out").resolve(SLUG).resolve(BundleDirectory.MANIFEST),
        """
        {"exercise": "%s", "reps_per_video_block": 5, "counts_per_audio_master": 20,
         "sides": ["left"], "languages": ["ro"]}\
        """
            .formatted(SLUG));
    try (Stream<Path> files = Files.list(inside)) {
      for (Path file : files.toList()) {
        Files.move(file, inside.resolve("." + file.getFileName()));
      }
    }
    Run around = prepare(inside, "--force");
    assertThat(around.exit()).isEqualTo(1);
    assertThat(around.err()).contains("lies inside of");
    assertThat(inside).isNotEmptyDirectory();

    Path raw = RawDelivery.copyTo(folder.resolve("raw"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), raw);
    Run within =
        run("prepare", raw, "--exercise", SLUG, "--language", "ro", "--out", link.resolve("x"));
    assertThat(within.err()).contains("would lie inside of the delivery");
  }

  @Test
  void aLinkToADeliveryIsTheDeliveryAndHiddenFoldersAreNot() throws Exception {
    Path raw = RawDelivery.copyTo(folder.resolve("raw"));
    Path trash = Files.createDirectories(raw.resolve(".Trash-1000/files"));
    Files.writeString(trash.resolve("001 Detensionari Lombare - Intro.mp4"), "thrown away");
    Run linked = prepare(Files.createSymbolicLink(folder.resolve("link"), raw));
    assertThat(linked.exit()).as(linked.err()).isZero();
    Path bundle =
        Files.createSymbolicLink(folder.resolve("bundle"), folder.resolve("out").resolve(SLUG));
    assertThat(BundleDirectory.open(bundle).bundle().slots()).isNotEmpty();
  }

  @Test
  void aMapsPlacesFitTheirFiles() throws Exception {
    Path map = folder.resolve("map.txt");
    Files.writeString(map, "count.mp3 = intro-video-1\n");
    Run sound = prepare(RawDelivery.directory(), "--map", map);
    assertThat(sound.exit()).isEqualTo(2);
    assertThat(sound.err()).contains("count.mp3 cannot become intro-video-1");
    Files.writeString(map, "intro.mp4 = audio/en/intro-video-1\n");
    assertThat(prepare(RawDelivery.directory(), "--map", map).err())
        .contains("not a place in a bundle");
  }

  @Test
  void aSyncIntoAFolderOfTheExercisesOwnNameIsWrongUsage() {
    Run doubled = prepare(RawDelivery.directory(), "--sync", "s3://bundles/" + SLUG);
    assertThat(doubled.exit()).isEqualTo(2);
    assertThat(doubled.err()).contains("leave the exercise out");
  }

  private List<String> leftBehind() throws IOException {
    Path out = folder.resolve("out");
    if (!Files.exists(out)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(out)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.equals(SLUG))
          .toList();
    }
  }

  private static SortedMap<String, FileTime> times(Path bundle) throws IOException {
    SortedMap<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(bundle)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        times.put(bundle.relativize(file).toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }
}
