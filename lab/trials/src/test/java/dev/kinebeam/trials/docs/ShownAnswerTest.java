package dev.kinebeam.trials.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShownAnswerTest {
  private static JsonNode json(String text) throws Exception {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  private static List<String> differences(String shown, String answer) throws Exception {
    return ShownAnswer.differences(json(shown), json(answer));
  }

  @Test
  void whatIsShownMustBeInTheAnswer() throws Exception {
    String answer = "{'id':'7f','status':'draft','previews':[{'language':'ro'}],'error':null}";
    assertThat(differences("{'id':'…','status':'draft'}", answer)).isEmpty();
    assertThat(differences("{'previews':[{'language':'ro'}]}", answer)).isEmpty();
    assertThat(differences("{'previews':'…'}", answer)).isEmpty();
    assertThat(differences("{'status':'published'}", answer))
        .containsExactly("/status is \"draft\" and not \"published\"");
    assertThat(differences("{'previews':[]}", answer)).hasSize(1);
    assertThat(differences("{'previews':[{'language':'en'}]}", answer))
        .containsExactly("/previews/0/language is \"ro\" and not \"en\"");
    assertThat(differences("{'name':'…'}", answer))
        .containsExactly("/name is missing and not \"…\"");
    assertThat(differences("{'error':'…'}", answer)).hasSize(1);
  }

  @Test
  void anAnswerBelongsToTheCommandsBeforeIt() throws Exception {
    List<DocumentSteps.Step> steps =
        DocumentSteps.read(
            """
            ```sh terminal
            ./kinebeam demo
            ```
            Type:
            ```sh
            one
            ```
            ```json
            {"a": 1}
            ```
            ```sh chromium
            echo http://there
            ```
            """);
    assertThat(steps)
        .containsExactly(
            new DocumentSteps.Step("one\n", false, java.util.Optional.of(json("{'a':1}"))),
            new DocumentSteps.Step("echo http://there\n", true, java.util.Optional.empty()));
  }
}
