package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.program.database.JdbcSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Names the organisations with an open automation, once, when a job starts without state. */
final class WakeOrgsFn extends DoFn<Long, KV<UUID, OrgNews>> {
  private final AlertHistory history;

  WakeOrgsFn(JdbcSettings database, Duration patience) {
    this.history = new AlertHistory(database, patience);
  }

  @ProcessElement
  public void process(OutputReceiver<KV<UUID, OrgNews>> news)
      throws SQLException, InterruptedException {
    for (UUID orgId : history.orgsWithOpenAutomations()) {
      news.output(KV.of(orgId, new OrgNews.Wake()));
    }
  }
}
