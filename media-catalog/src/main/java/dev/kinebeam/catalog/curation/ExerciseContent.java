package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What people enter of an exercise. {@link ContentReader} makes it of JSON and checks it.
 *
 * @param difficulty 1 to 5
 * @param tracking what a camera follows: {@code exercise-tracking.schema.json}
 */
public record ExerciseContent(
    Names names,
    Optional<Integer> difficulty,
    Tags tags,
    List<Instruction> instructions,
    List<Contraindication> contraindications,
    Optional<JsonNode> tracking) {
  public ExerciseContent {
    instructions = List.copyOf(instructions);
    contraindications = List.copyOf(contraindications);
  }

  /**
   * How it is called.
   *
   * @param translations by language
   */
  public record Names(
      String displayName, String description, SortedMap<String, Translation> translations) {}

  /** Its name and description in a language. */
  public record Translation(Optional<String> displayName, Optional<String> description) {}

  /** Its words of the vocabulary, by their slugs, sorted. */
  public record Tags(List<String> categories, List<String> bodyRegions, List<String> equipment) {
    public Tags {
      categories = List.copyOf(categories);
      bodyRegions = List.copyOf(bodyRegions);
      equipment = List.copyOf(equipment);
    }
  }

  /** What an instruction is about. */
  public enum InstructionKind {
    PREPARATION,
    STEP,
    FORM_CUE,
    BREATHING,
    SAFETY
  }

  /**
   * One of the ordered instructions.
   *
   * @param text by language
   * @param imageKey of its picture in the object store
   */
  public record Instruction(
      InstructionKind kind, SortedMap<String, String> text, Optional<String> imageKey) {}

  /** How serious a contraindication is. */
  public enum Severity {
    WARNING,
    CONTRAINDICATED
  }

  /**
   * One of the contraindications.
   *
   * @param text by language
   */
  public record Contraindication(Severity severity, SortedMap<String, String> text) {}

  /** The fields as requests and answers have them. */
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("display_name", names.displayName);
    json.put("description", names.description);
    json.set("translations", translations());
    difficulty.ifPresent(level -> json.put("difficulty", level));
    list(json, "categories", tags.categories);
    list(json, "body_regions", tags.bodyRegions);
    list(json, "equipment", tags.equipment);
    json.set("instructions", instructionsJson());
    json.set("contraindications", contraindicationsJson());
    tracking.ifPresent(config -> json.set("tracking", config));
    return json;
  }

  private static void list(ObjectNode json, String name, List<String> words) {
    ArrayNode list = json.putArray(name);
    words.forEach(list::add);
  }

  ObjectNode translations() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    names.translations.forEach(
        (language, translation) -> {
          ObjectNode one = json.putObject(language);
          translation.displayName.ifPresent(name -> one.put("display_name", name));
          translation.description.ifPresent(text -> one.put("description", text));
        });
    return json;
  }

  ArrayNode instructionsJson() {
    ArrayNode json = Json.MAPPER.createArrayNode();
    for (Instruction instruction : instructions) {
      ObjectNode one = json.addObject().put("kind", Words.write(instruction.kind));
      instruction.text.forEach(one.putObject("text")::put);
      instruction.imageKey.ifPresent(key -> one.put("image_key", key));
    }
    return json;
  }

  ArrayNode contraindicationsJson() {
    ArrayNode json = Json.MAPPER.createArrayNode();
    for (Contraindication one : contraindications) {
      one.text.forEach(
          json.addObject().put("severity", Words.write(one.severity)).putObject("text")::put);
    }
    return json;
  }
}
