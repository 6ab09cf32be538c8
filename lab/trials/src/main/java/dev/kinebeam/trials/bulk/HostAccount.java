package dev.kinebeam.trials.bulk;

import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * The host's videos and what the database says of them.
 *
 * @param videos at the host
 * @param doubles titles that more than one of them has
 * @param orphans videos that no table has: no render is on them, and nothing will remove them
 * @param waiting videos that are noted to be removed
 * @param unsettled videos that an order has created, and neither recorded nor given up
 */
public record HostAccount(long videos, long doubles, long orphans, long waiting, long unsettled) {

  /** Counts while nothing renders. */
  public static HostAccount of(VideoHostAccess host, Connection database)
      throws IOException, SQLException, InterruptedException {
    HostInventory inventory = HostInventory.of(host);
    Set<String> named =
        ids(database, "SELECT host_video_id FROM exercise_renders WHERE status = 'ready'");
    Set<String> waiting = ids(database, "SELECT host_video_id FROM replaced_videos");
    Set<String> created =
        ids(database, "SELECT coalesce(host_video_id, title) FROM created_videos");
    long orphans =
        inventory.videos().stream()
            .map(HostInventory.Video::id)
            .filter(id -> !named.contains(id) && !waiting.contains(id) && !created.contains(id))
            .count();
    return new HostAccount(
        inventory.videos().size(), inventory.doubles(), orphans, waiting.size(), created.size());
  }

  private static Set<String> ids(Connection database, String query) throws SQLException {
    Set<String> ids = new HashSet<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }
}
