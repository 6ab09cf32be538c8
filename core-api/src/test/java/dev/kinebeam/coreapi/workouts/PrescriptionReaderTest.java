package dev.kinebeam.coreapi.workouts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrescriptionReaderTest {
  private static final UUID PATIENT = UUID.randomUUID();
  private static final String LEFT =
      "{\"exercise\":\"bend\",\"language\":\"ro\",\"sets\":[{\"side\":\"left\",\"reps\":10}]}";

  private static JsonNode body(String exercises) throws IOException {
    return Json.MAPPER.readTree(
        "{\"patient_id\":\"%s\",\"scheduled_for\":\"2026-12-01\",\"exercises\":%s}"
            .formatted(PATIENT, exercises));
  }

  private static String refused(JsonNode body) {
    PrescriptionReader reader = new PrescriptionReader();
    assertThat(reader.parse(body)).as(body.toString()).isEmpty();
    return reader.errors().toString();
  }

  @Test
  void exercisesWithAndWithoutSetsAreRead() throws Exception {
    Prescription read =
        PrescriptionReader.read(body("[" + LEFT + ",{\"exercise\":\"walk\",\"language\":\"ro\"}]"));
    assertThat(read.patientId()).isEqualTo(PATIENT);
    assertThat(read.scheduledFor()).isEqualTo(LocalDate.of(2026, 12, 1));
    assertThat(read.exercises().get(0).sets()).contains(List.of(new SetSpec("left", 10)));
    assertThat(read.exercises().get(1).exercise()).isEqualTo("walk");
    assertThat(read.exercises().get(1).sets()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | exercises is a list of 0",
        "{} | exercises is {}",
        "[7] | exercises[0] is 7",
        "[{\"language\":\"ro\"}] | exercises[0].exercise",
        "[{\"exercise\":\"../etc\",\"language\":\"ro\"}] | ../etc",
        "[{\"exercise\":\"bend\"}] | exercises[0].language is missing",
        "[{\"exercise\":\"bend\",\"language\":\"RO\"}] | RO",
        "[{\"exercise\":\"bend\",\"language\":\"ro\",\"sets\":[]}] | exercises[0].sets",
        "[{\"exercise\":\"bend\",\"language\":\"ro\",\"sets\":[{\"side\":\"left\"}]}] | exercises[0].sets[0].reps",
        "[{\"exercise\":\"bend\",\"language\":\"ro\",\"seed\":1}] | exercises[0].seed here; there are exercise, language, sets",
      })
  void whatIsWrongIsNamed(String exercises, String named) throws Exception {
    assertThat(refused(body(exercises))).contains(named);
  }

  @Test
  void tooManyExercisesAreRefused() throws Exception {
    String list = String.join(",", Collections.nCopies(Prescription.MOST_EXERCISES, LEFT));
    PrescriptionReader.read(body("[" + list + "]"));
    assertThat(refused(body("[" + list + "," + LEFT + "]"))).contains("a list of 31", "1 to 30");
  }

  @Test
  void everythingIsGathered() throws Exception {
    JsonNode body =
        Json.MAPPER.readTree(
            "{\"patient_id\":\"me\",\"scheduled_for\":\"2026-02-30\",\"exercises\":[],\"x\":1}");
    assertThat(refused(body))
        .contains("\"me\"", "2026-02-30", "exercises is", "no field x here; there are patient_id,");
  }
}
