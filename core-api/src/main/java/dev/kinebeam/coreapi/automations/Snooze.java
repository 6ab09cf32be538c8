package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** How long an automation is put aside: for some minutes, or until the morning of a day. */
sealed interface Snooze {
  int MAX_MINUTES = 7 * 24 * 60;
  int MAX_DAYS = 31;

  /** When work begins on the day until which something was put aside, in the clinic's zone. */
  LocalTime MORNING = LocalTime.of(8, 0);

  /** For so many minutes. */
  record Minutes(int minutes) implements Snooze {
    @Override
    public Instant until(Handle handle, Instant now) {
      return now.plus(minutes, ChronoUnit.MINUTES);
    }
  }

  /** Until eight o'clock of a day in the clinic's time zone. */
  record Day(LocalDate day) implements Snooze {
    @Override
    public Instant until(Handle handle, Instant now) throws Problem {
      ZoneId zone =
          handle
              .createQuery("SELECT time_zone FROM organizations WHERE org_id = current_org()")
              .mapTo(String.class)
              .findOne()
              .map(ZoneId::of)
              .orElse(ZoneId.of("UTC"));
      return until(zone, now);
    }

    Instant until(ZoneId zone, Instant now) throws Problem {
      LocalDate today = now.atZone(zone).toLocalDate();
      if (!day.isAfter(today) || day.isAfter(today.plusDays(MAX_DAYS))) {
        throw refusal(
            List.of(
                new FieldError(
                    "until_day",
                    "out_of_range",
                    "until_day is %s; it must be a day from %s to %s"
                        .formatted(day, today.plusDays(1), today.plusDays(MAX_DAYS)))));
      }
      return day.atTime(MORNING).atZone(zone).toInstant();
    }
  }

  /**
   * When it opens again.
   *
   * @throws Problem 400 when the day is over, or too far away
   */
  Instant until(Handle handle, Instant now) throws Problem;

  /** From the request's body. */
  static Snooze read(Call call) throws Problem, IOException {
    JsonNode body = JsonBody.read(call);
    List<FieldError> errors = new ArrayList<>();
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals("minutes") && !name.equals("until_day")) {
                errors.add(
                    new FieldError(name, "unknown_field", "there is no field " + name + " here"));
              }
            });
    if (!errors.isEmpty()) {
      throw refusal(errors);
    }
    if (body.has("minutes") && body.has("until_day")) {
      throw refusal(
          List.of(
              new FieldError("until_day", "not_allowed", "give minutes or until_day, not both")));
    }
    return body.has("until_day") ? day(body.path("until_day")) : minutes(body.path("minutes"));
  }

  private static Snooze day(JsonNode word) throws Problem {
    if (word.isTextual()) {
      try {
        return new Day(LocalDate.parse(word.textValue()));
      } catch (DateTimeException e) {
        throw notADay(word);
      }
    }
    throw notADay(word);
  }

  private static Problem notADay(JsonNode word) {
    return refusal(
        List.of(
            new FieldError(
                "until_day",
                "bad_value",
                "until_day is " + JsonBody.shown(word) + "; it must be a day such as 2026-12-01")));
  }

  private static Snooze minutes(JsonNode minutes) throws Problem {
    if (!minutes.isIntegralNumber()
        || !minutes.canConvertToInt()
        || minutes.intValue() < 1
        || minutes.intValue() > MAX_MINUTES) {
      throw refusal(
          List.of(
              new FieldError(
                  "minutes",
                  minutes.isMissingNode() ? "missing" : "out_of_range",
                  "minutes is "
                      + JsonBody.shown(minutes)
                      + "; it must be a whole number from 1 to "
                      + MAX_MINUTES)));
    }
    return new Minutes(minutes.intValue());
  }

  private static Problem refusal(List<FieldError> errors) {
    return Problem.invalid(400, "The automation cannot be snoozed for this long.", errors);
  }
}
