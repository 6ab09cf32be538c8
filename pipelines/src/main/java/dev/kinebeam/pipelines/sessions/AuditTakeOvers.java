package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UpsertRows;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.event.DeadLetter;
import java.util.List;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Writes refused take-overs of sessions, wherever they were noticed, to the audit log; passes over
 * other dead letters. Each claimant of a session is entered once. What the database will not have
 * comes out as dead letters.
 */
public final class AuditTakeOvers
    extends PTransform<PCollection<DeadLetter>, PCollection<DeadLetter>> {
  private final DatabaseSettings database;

  private AuditTakeOvers(DatabaseSettings database) {
    this.database = database;
  }

  public static AuditTakeOvers into(DatabaseSettings database) {
    return new AuditTakeOvers(database);
  }

  @Override
  public PCollection<DeadLetter> expand(PCollection<DeadLetter> deadLetters) {
    return deadLetters
        .apply(
            "Take take-overs",
            FlatMapElements.into(TypeDescriptor.of(AuditEntry.class))
                .via(deadLetter -> TakeOver.of(deadLetter).map(AuditEntry::of).orElse(List.of())))
        .setCoder(JsonCoder.of(AuditEntry.class))
        .apply("Add audit entries", UpsertRows.into(database, new AuditTable()));
  }
}
