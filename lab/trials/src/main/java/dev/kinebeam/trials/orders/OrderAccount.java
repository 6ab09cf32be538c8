package dev.kinebeam.trials.orders;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.StoredObject;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * What became of orders, and what is there that belongs to no render.
 *
 * @param failed those with a reason
 * @param stuck orders that have not ended, or failed without a reason
 * @param doubled orders that were made more than once
 * @param strays in words: videos that no row names, rows without their video, and claims, entries
 *     of the outbox and notes of videos of renders that have ended
 */
record OrderAccount(
    int orders, long ready, long failed, long stuck, long doubled, List<String> strays) {

  static OrderAccount of(DataSource owner, ObjectStore host, List<UUID> renders)
      throws IOException, SQLException {
    try (Connection database = owner.getConnection()) {
      return new OrderAccount(
          renders.size(),
          count(database, renders, "status = 'ready'"),
          count(database, renders, "status = 'failed' AND error <> ''"),
          renders.size()
              - count(database, renders, "status = 'ready' OR (status = 'failed' AND error <> '')"),
          count(database, renders, "bakes > 1"),
          strays(database, host));
    }
  }

  private static long count(Connection database, List<UUID> renders, String condition)
      throws SQLException {
    Array ids = database.createArrayOf("uuid", renders.toArray());
    try (PreparedStatement count =
        database.prepareStatement(
            "SELECT count(*) FROM exercise_renders WHERE render_id = ANY(?) AND ("
                + condition
                + ")")) {
      count.setArray(1, ids);
      try (ResultSet rows = count.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static List<String> strays(Connection database, ObjectStore host)
      throws IOException, SQLException {
    List<String> strays = new ArrayList<>();
    Set<String> ready =
        ids(
            database,
            "SELECT host_video_id FROM exercise_renders WHERE status = 'ready' AND host = 'own'");
    Set<String> removedLater =
        ids(database, "SELECT host_video_id FROM replaced_videos WHERE host = 'own'");
    Set<String> videos = new HashSet<>();
    for (StoredObject object : host.list("videos/")) {
      videos.add(object.key().replaceAll("videos/|\\.json", ""));
    }
    videos.stream()
        .filter(id -> !ready.contains(id) && !removedLater.contains(id))
        .forEach(id -> strays.add("video " + id + " belongs to no render"));
    ready.stream()
        .filter(id -> !videos.contains(id))
        .forEach(id -> strays.add("video " + id + " of a ready render is not there"));
    ids(database, "SELECT render_id::text FROM render_claims")
        .forEach(id -> strays.add("a claim of render " + id));
    ids(
            database,
            """
            SELECT render_id::text FROM render_outbox JOIN exercise_renders USING (render_id)
             WHERE status NOT IN ('queued', 'rendering')
            """)
        .forEach(id -> strays.add("an entry of the outbox for render " + id));
    ids(database, "SELECT title FROM created_videos")
        .forEach(title -> strays.add("a note of the video " + title));
    return strays;
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

  /** Whether nothing more has to be waited for. */
  boolean isSettled() {
    return stuck == 0 && strays.isEmpty();
  }
}
