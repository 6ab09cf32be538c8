package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.program.database.DatabaseSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Names the organisations with an open automation, once, when a job starts without state. */
final class WakeOrgsFn extends DoFn<Long, KV<UUID, OrgInput>> {
  private final AlertHistory history;

  WakeOrgsFn(DatabaseSettings database, Duration timeout) {
    this.history = new AlertHistory(database, timeout);
  }

  @ProcessElement
  public void process(OutputReceiver<KV<UUID, OrgInput>> input)
      throws SQLException, InterruptedException {
    for (UUID orgId : history.orgsWithOpenAutomations()) {
      input.output(KV.of(orgId, new OrgInput.Wake()));
    }
  }
}
