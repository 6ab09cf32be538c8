package dev.kinebeam.schemas.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.testkit.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Documents, comments and messages are in plain engineering English, and documents in lines of
 * bounded length.
 */
class WordsTest {
  /** File and word of what may stay: step labels, since saved state depends on them, and names. */
  private static final Set<String> EXCEPTIONS =
      Set.of(
          "TelemetryPipeline.java: letters", // the step "Gather all letters"
          "StreamingRenders.java: Tell", // the step "Tell results"
          "Lettering.java: letter", // drawn ones
          "Lettering.java: letters",
          "VariantPicker.java: the seed", // of a render's picks
          "Recipe.java: The seed",
          "UpkeepTest.java: mended"); // the name of an audit record

  /** All Java sources but the two that list the idioms. */
  private static boolean isSource(String name) {
    return name.endsWith(".java") && !name.contains("/schemas/repository/Words");
  }

  @Test
  void documentsUseTheWordsOfTheField() throws IOException {
    assertThat(found(name -> name.endsWith(".md"), Words::inMarkdown)).isEmpty();
  }

  @Test
  void everyPackageIsDescribed() throws IOException {
    Set<Path> described = new HashSet<>();
    Set<Path> packages = new TreeSet<>();
    for (Path file :
        Repository.files(name -> name.contains("/src/main/java/") && name.endsWith(".java"))) {
      boolean description = file.endsWith("package-info.java");
      (description ? described : packages).add(file.getParent());
    }
    packages.removeAll(described);
    assertThat(packages).as("packages without a package-info.java").isEmpty();
  }

  @Test
  void commentsUseTheWordsOfTheField() throws IOException {
    assertThat(found(WordsTest::isSource, Words::inComments)).isEmpty();
  }

  @Test
  void messagesUseTheWordsOfTheField() throws IOException {
    assertThat(found(WordsTest::isSource, Words::inMessages)).isEmpty();
  }

  @Test
  void pagesContractsScriptsAndConfigurationUseTheWordsOfTheField() throws IOException {
    Pattern texts =
        Pattern.compile(
            "kinebeam|NOTICE|.*\\.(sh|yaml|options)|(.*/)?pom\\.xml"
                + "|.*/src/main/resources/.*\\.(json|html|js)");
    assertThat(found(texts.asMatchPredicate(), Words::inMarkdown)).isEmpty();
  }

  @Test
  void linesOfDocumentsAreNotTooLong() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Repository.files(name -> name.endsWith(".md"))) {
      for (int line : Words.tooLong(Repository.text(file))) {
        found.add(
            Repository.name(file)
                + ":"
                + line
                + ": more than "
                + Words.LONGEST_LINE
                + " characters");
      }
    }
    assertThat(found).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "every column is held against its row, held against",
    "it holds every session and stall against its row, holds every session and stall against",
    "the store is away, is away",
    "that is no UUID, is no",
    "a change is told once, told",
    "the letter lies there, letter",
    "by the design, the design"
  })
  void idiomsAreFound(String prose, String words) {
    assertThat(Words.inMarkdown(prose)).extracting(Words.Found::words).containsExactly(words);
    assertThat(Words.inComments("/** " + prose + " */")).hasSize(1);
    assertThat(Words.inMessages("x(\"" + prose + "\");")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "there is no original",
        "it is no longer there",
        "a dead letter with its bytes",
        "an id has letters, digits and hyphens",
        "a stand-in for a variant",
        "a render's key, re-encoding every set"
      })
  void ordinarySentencesPass(String prose) {
    assertThat(Words.inMarkdown(prose)).isEmpty();
  }

  @Test
  void codeIsNotProse() {
    assertThat(Words.inMarkdown("`--tells`\n\n```sh\nit goes\n```\n")).isEmpty();
    assertThat(Words.inComments("/** Of {@code told} and {@link Patience goes}. */")).isEmpty();
    assertThat(Words.inComments("x(\"it goes\"); // a // comment")).isEmpty();
    assertThat(Words.inMessages("// it goes on\nString told = \"told\"; // told")).isEmpty();
  }

  @Test
  void aLineBreakDoesNotHideAnIdiom() {
    assertThat(Words.inMarkdown("- it is held\n  against its row")).hasSize(1);
    assertThat(Words.inComments("/**\n   * It is held\n   * against its row.\n   */")).hasSize(1);
    assertThat(Words.inComments("x();\n  // It is held\n  // against its row.\n")).hasSize(1);
  }

  @Test
  void linesAreCountedAndAMessageMayBeJoined() {
    assertThat(Words.inMarkdown("```\ncode\n```\nit heals"))
        .extracting(Words.Found::line)
        .containsExactly(4);
    assertThat(Words.inMessages("// first\nx(\"it is\"\n    + \" no UUID\");"))
        .extracting(Words.Found::toString)
        .containsExactly("line 2: 'is no' → is not a");
  }

  @Test
  void aLongLineIsCountedInCharacters() {
    assertThat(Words.tooLong("é".repeat(160) + "\n" + "é".repeat(161))).containsExactly(2);
  }

  private static List<String> found(
      Predicate<String> files, Function<String, List<Words.Found>> finder) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Repository.files(files)) {
      for (Words.Found idiom : finder.apply(Repository.text(file))) {
        if (!EXCEPTIONS.contains(file.getFileName() + ": " + idiom.words())) {
          found.add(Repository.name(file) + ", " + idiom);
        }
      }
    }
    return found;
  }
}
