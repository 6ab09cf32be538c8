package dev.kinebeam.programs.deadletters;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.eventarchive.deadletters.CheckedDeadLetter;
import dev.kinebeam.eventarchive.deadletters.DeadLetterCheck;
import dev.kinebeam.eventarchive.deadletters.EventSender;
import dev.kinebeam.eventarchive.deadletters.ReplayableEvent;
import dev.kinebeam.eventarchive.deadletters.StoredDeadLetter;
import dev.kinebeam.program.cli.DryRunOption;
import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.program.cli.ProgressLine;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.io.PrintWriter;
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
 * Checks dead letters again and sends the events that are accepted now. An event keeps its id, its
 * patient and its time of receipt, so that sending it twice changes nothing.
 */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Checks dead letters by the present rules and sends what passes to media-events.",
      "Each event is sent as it would have been at first; again or twice changes nothing. Only",
      "events of patients who agree to analytics now are sent."
    },
    footer = {
      "",
      "Consent is read with a login of the gateway: DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD."
    })
final class ReplayDeadLetters implements Callable<Integer> {
  private static final String NO_CONSENT = "no_consent";

  @Spec private CommandSpec spec;
  @ParentCommand private DeadLettersMain main;
  @Mixin private DeadLetterFilter filter;

  @Option(names = "--all", description = "Dead letters of every reason.")
  private boolean all;

  @Option(names = "--topic", defaultValue = Topics.MEDIA_EVENTS, description = "Where events go.")
  private String topic;

  @Mixin private final DryRunOption dryRun = new DryRunOption();

  @Mixin private final JsonOption json = new JsonOption();

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  private final Map<String, Long> still = new TreeMap<>();
  private long deadLetters;
  private long sent;
  private ProgressLine progress;

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
    progress = ProgressLine.on(spec.commandLine().getOut());
    try (Database pool = Database.open(login);
        EventSender sender =
            dryRun.isWanted() ? EventSender.none() : EventSender.to(filter.kafka(), topic)) {
      ConsentGate consent =
          ConsentGate.remembering(
              ConsentGate.LONGEST_MEMORY, new Consents(pool)::active, Consents.ANALYTICS);
      DeadLetterCheck check = new DeadLetterCheck();
      filter.read(
          deadLetter -> {
            deadLetters++;
            CheckedDeadLetter checked = check.check(deadLetter, System.currentTimeMillis());
            checked.refused().forEach(this::keptBack);
            checked.accepted().forEach(event -> send(event, deadLetter, consent, sender));
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
      ReplayableEvent event, StoredDeadLetter deadLetter, ConsentGate consent, EventSender sender) {
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
    if (!json.isWanted()) {
      progress.update(() -> "  %d dead letters checked".formatted(deadLetters));
    }
  }

  private void print() {
    PrintWriter out = spec.commandLine().getOut();
    if (json.isWanted()) {
      Map<String, Object> outcome = new LinkedHashMap<>();
      outcome.put("letters", deadLetters);
      outcome.put(dryRun.isWanted() ? "would_send" : "sent", sent);
      outcome.put("still_refused", still);
      JsonOption.print(out, outcome);
    } else {
      out.printf(
          "%d dead letters: %d events %s%n",
          deadLetters, sent, dryRun.isWanted() ? "would be sent" : "sent");
      still.forEach((why, count) -> out.printf("still refused: %d × %s%n", count, why));
    }
    out.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), "dead-letters replay: " + message);
  }
}
