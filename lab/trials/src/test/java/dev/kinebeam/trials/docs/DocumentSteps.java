package dev.kinebeam.trials.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A document that is read from its beginning to its end with a terminal beside it: blocks of {@code
 * sh} are typed, and a block of {@code json} is what the one before it answers. Blocks of {@code sh
 * terminal} start what the others use, and {@code sh chromium} prints an address to be played.
 */
public final class DocumentSteps {
  private static final String TYPED = "sh";
  private static final String PLAYED = "sh chromium";
  private static final String STARTED = "sh terminal";
  private static final String ANSWER = "json";

  private DocumentSteps() {}

  /**
   * What is typed.
   *
   * @param plays whether its last line is the address of a video
   * @param answer what the document shows of the last line that it prints
   */
  public record Step(String commands, boolean plays, Optional<JsonNode> answer) {}

  /**
   * The steps of a document.
   *
   * @param document in {@code docs}
   */
  public static List<Step> of(String document) throws IOException {
    return read(Files.readString(ProjectHome.folder().resolve("docs").resolve(document), UTF_8));
  }

  static List<Step> read(String text) throws IOException {
    List<Step> steps = new ArrayList<>();
    for (ShellBlocks.Block block : ShellBlocks.blocks(text)) {
      switch (block.language()) {
        case TYPED, PLAYED ->
            steps.add(new Step(block.text(), block.language().equals(PLAYED), Optional.empty()));
        case ANSWER -> {
          Step typed = steps.remove(steps.size() - 1);
          steps.add(
              new Step(
                  typed.commands(),
                  typed.plays(),
                  Optional.of(Json.MAPPER.readTree(block.text()))));
        }
        case STARTED -> {
          // In terminals of their own, which a test starts in its own way.
        }
        default ->
            throw new IOException(
                "a block of " + block.language() + " is neither typed nor an answer");
      }
    }
    return steps;
  }
}
