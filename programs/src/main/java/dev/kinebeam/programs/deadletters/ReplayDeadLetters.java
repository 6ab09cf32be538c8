package dev.kinebeam.programs.deadletters;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.eventarchive.deadletters.EventSender;
import dev.kinebeam.eventarchive.deadletters.Judge;
import dev.kinebeam.eventarchive.deadletters.Judgement;
import dev.kinebeam.eventarchive.deadletters.StoredDeadLetter;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Judges dead letters again and sends what passes by now. An event keeps its id, its patient and
 * its time of receipt, so that sending it twice changes nothing.
 */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Judges dead letters with the present parser and sends what passes to media-events.",
      "Each event is sent as it would have been at first; again or twice changes nothing. Only",
      "events of patients who agree to analytics now are sent."
    },
    footer = {
      "",
      "Consent is read with a login of the gateway: DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD."
    })
final class ReplayDeadLetters implements Callable<Integer> {
  private static final long TELL_EVERY_MS = 2_000;
  private static final String NO_CONSENT = "no_consent";

  @Spec private CommandSpec spec;
  @ParentCommand private DeadLettersMain main;
  @Mixin private DeadLetterFilter filter;

  @Option(names = "--all", description = "Dead letters of every reason.")
  private boolean all;

  @Option(names = "--topic", defaultValue = Topics.MEDIA_EVENTS, description = "Where events go.")
  private String topic;

  @Option(names = "--dry-run", description = "Send nothing; print what would be sent.")
  private boolean dryRun;

  @Option(names = "--json", description = "The outcome as one JSON object.")
  private boolean json;

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  private final Map<String, Long> still = new TreeMap<>();
  private long deadLetters;
  private long sent;
  private long reportedAt = System.currentTimeMillis();

  private DatabaseSettings login() {
    try {
      return database.settingsOrLocal(main.environment(), "kinebeam_gateway");
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  @Override
  public Integer call() throws IOException {
    if (filter.namesReason() == all) {
      throw wrong("name a --reason, or --all for every reason");
    }
    DatabaseSettings login = login();
    try (Database pool = Database.open(login);
        EventSender sender = dryRun ? EventSender.none() : EventSender.to(filter.kafka(), topic)) {
      ConsentGate consent =
          ConsentGate.remembering(
              ConsentGate.LONGEST_MEMORY, new Consents(pool)::active, Consents.ANALYTICS);
      Judge judge = new Judge();
      filter.read(
          deadLetter -> {
            deadLetters++;
            Judgement judgement = judge.judge(deadLetter, System.currentTimeMillis());
            judgement.still().forEach(this::keptBack);
            judgement.accepted().forEach(event -> send(event, deadLetter, consent, sender));
            reportProgress();
          });
      sender.flush();
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    print();
    return 0;
  }

  private void send(
      Judgement.Accepted event,
      StoredDeadLetter deadLetter,
      ConsentGate consent,
      EventSender sender) {
    MediaRecord record = event.record();
    switch (consent.check(record.orgId(), record.patientId())) {
      case OPEN -> {
        sender.send(event, deadLetter.place());
        sent++;
      }
      case REFUSED ->
          keptBack(new FieldError("", NO_CONSENT, "the patient does not agree to analytics"));
      case UNKNOWN ->
          throw new IllegalStateException(
              "consent cannot be read from "
                  + Masked.address(login().url())
                  + " as "
                  + login().user()
                  + "; check DATABASE_URL and the login, then replay again");
    }
  }

  private void keptBack(FieldError error) {
    String field = error.field().isEmpty() ? "" : error.field() + ": ";
    still.merge(error.code() + " (" + field + error.message() + ")", 1L, Long::sum);
  }

  private void reportProgress() {
    long now = System.currentTimeMillis();
    if (!json && now - reportedAt > TELL_EVERY_MS) {
      reportedAt = now;
      spec.commandLine().getOut().printf("  %d dead letters judged%n", deadLetters);
      spec.commandLine().getOut().flush();
    }
  }

  private void print() {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> outcome = new LinkedHashMap<>();
      outcome.put("letters", deadLetters);
      outcome.put(dryRun ? "would_send" : "sent", sent);
      outcome.put("still_refused", still);
      out.println(new String(Json.bytes(outcome), StandardCharsets.UTF_8));
    } else {
      out.printf(
          "%d dead letters: %d events %s%n", deadLetters, sent, dryRun ? "would be sent" : "sent");
      still.forEach((why, count) -> out.printf("still refused: %d × %s%n", count, why));
    }
    out.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), "dead-letters replay: " + message);
  }
}
