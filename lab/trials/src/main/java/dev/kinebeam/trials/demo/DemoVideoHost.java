package dev.kinebeam.trials.demo;

import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.localstack.services.HostFaults;
import dev.kinebeam.trials.bulk.HostAccount;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** The demo's video host: hostile, where that is asked for, and accounted for. */
final class DemoVideoHost {
  /** What a render survives; a video that is never finished would make it fail. */
  private static final Map<String, Integer> FAULTS =
      Map.of("flood", 1, "malformed", 3, "loseUploads", 1);

  private final VideoHostAccess access;
  private final DataSource database;
  private final boolean hostile;
  private final HostAccount before;

  private DemoVideoHost(
      VideoHostAccess access, DataSource database, boolean hostile, HostAccount before) {
    this.access = access;
    this.database = database;
    this.hostile = hostile;
    this.before = before;
  }

  /** Counts what the host holds before the run. */
  static DemoVideoHost of(VideoHostAccess access, DataSource database, boolean hostile)
      throws IOException, SQLException, InterruptedException {
    return new DemoVideoHost(access, database, hostile, account(access, database));
  }

  /** Misbehaves from now on, if it is to; returns a line for the console. */
  String begin() throws IOException, InterruptedException {
    if (!hostile) {
      return "the video host is well";
    }
    new HostFaults(access).order(FAULTS);
    return "the video host floods, answers nonsense and loses an upload from now on";
  }

  DemoReport.Host report() throws IOException, SQLException, InterruptedException {
    return new DemoReport.Host(hostile, before, account(access, database));
  }

  private static HostAccount account(VideoHostAccess access, DataSource database)
      throws IOException, SQLException, InterruptedException {
    try (Connection connection = database.getConnection()) {
      return HostAccount.of(access, connection);
    }
  }
}
