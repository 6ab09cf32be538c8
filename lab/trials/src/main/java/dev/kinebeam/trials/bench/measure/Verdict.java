package dev.kinebeam.trials.bench.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kinebeam.schemas.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a bench came to; its last line of output.
 *
 * @param ratio ours against the reference, the higher the better
 * @param goal what the ratio should reach
 * @param more further figures by name
 */
public record Verdict(
    String bench,
    double ours,
    double reference,
    String unit,
    double ratio,
    double goal,
    Map<String, Object> more) {

  /** One line of JSON. */
  public String toLine() throws JsonProcessingException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bench", bench);
    fields.put("ours", rounded(ours));
    fields.put("reference", rounded(reference));
    fields.put("unit", unit);
    fields.put("ratio", Math.round(ratio * 100) / 100.0);
    fields.put("goal", goal);
    fields.putAll(more);
    return Json.MAPPER.writeValueAsString(fields);
  }

  /** Whole where a fraction would say nothing. */
  public static Number rounded(double value) {
    return value >= 1000 ? (Number) Math.round(value) : Math.round(value * 100) / 100.0;
  }
}
