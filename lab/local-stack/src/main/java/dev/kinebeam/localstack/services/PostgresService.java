package dev.kinebeam.localstack.services;

import dev.kinebeam.localstack.services.Endpoints.Login;
import dev.kinebeam.localstack.services.StackSettings.Durability;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.LogTail;
import dev.kinebeam.programs.process.ProcessStopper;
import dev.kinebeam.programs.process.ProgramFailedException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A PostgreSQL server over a kept data directory. Every login needs its password from the very
 * first start on, also the superuser's, whose password is made once and kept beside the data for
 * this user's eyes only.
 */
final class PostgresService implements Service {
  static final String NAME = "postgres";
  private static final String SUPERUSER = "postgres";
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  /** Its pid file is deleted a little before its process ends. */
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(10);

  private static final List<String> ONLY_BY_PASSWORD =
      List.of(
          "# Written by Kinebeam: every connection needs a password.",
          "local all all scram-sha-256",
          "host all all 127.0.0.1/32 scram-sha-256",
          "host all all ::1/128 scram-sha-256");

  private final EmbeddedPostgres server;
  private final PostmasterPidFile postmaster;
  private final Login admin;
  private final ServiceReport report;

  private PostgresService(
      EmbeddedPostgres server, PostmasterPidFile postmaster, Login admin, ServiceReport report) {
    this.server = server;
    this.postmaster = postmaster;
    this.admin = admin;
    this.report = report;
  }

  static Path dataDir(StackSettings settings) {
    return settings.dataDir().resolve(NAME);
  }

  static PostgresService start(int port, StackSettings settings) throws IOException {
    Path log = settings.logFile(NAME);
    Folders.createPrivate(log.getParent());
    Files.deleteIfExists(log);
    long begun = System.nanoTime();
    Path firstStart = beginFirstStart(settings);
    Path passwordFile = passwordFile(settings);
    Login admin = new Login(SUPERUSER, Files.readString(passwordFile).strip());
    try {
      EmbeddedPostgres server =
          PostgresStart.watched(builder(port, settings, log, passwordFile, admin), log);
      Files.deleteIfExists(firstStart);
      PostmasterPidFile postmaster = new PostmasterPidFile(dataDir(settings));
      ServiceReport report =
          new ServiceReport(
              NAME,
              version(server),
              port,
              postmaster.running().map(ProcessHandle::pid).orElse(-1L),
              Duration.ofNanos(System.nanoTime() - begun));
      return new PostgresService(server, postmaster, admin, report);
    } catch (IOException | RuntimeException | SQLException e) {
      new PostmasterPidFile(dataDir(settings)).stop();
      throw new ProgramFailedException("PostgreSQL did not start; " + LogTail.of(log), e);
    }
  }

  private static EmbeddedPostgres.Builder builder(
      int port, StackSettings settings, Path log, Path passwordFile, Login admin)
      throws IOException {
    boolean kept = settings.durability() == Durability.KEPT;
    ProcessBuilder.Redirect toLog = ProcessBuilder.Redirect.appendTo(log.toFile());
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(dataDir(settings))
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(binaries().toFile())
        .setRegisterShutdownHook(false)
        .setPGStartupWait(READY_WITHIN)
        .setOutputRedirector(toLog)
        .setErrorRedirector(toLog)
        // initdb's options: the superuser's password, and an order of dead letters that is the same
        // on
        // every machine.
        .setLocaleConfig("pwfile", passwordFile.toString())
        .setLocaleConfig("locale", "C")
        .setLocaleConfig("locale-provider", "builtin")
        .setLocaleConfig("builtin-locale", "C.UTF-8")
        .setDataDirectoryCustomizer(PostgresService::admitOnlyByPassword)
        .setConnectConfig("password", admin.password())
        .setServerConfig("listen_addresses", "127.0.0.1")
        // The library turns fsync off (-F) and synchronous_commit too; both are ours to decide.
        .setServerConfig("fsync", kept ? "on" : "off")
        .setServerConfig("synchronous_commit", kept ? "on" : "off")
        .setServerConfig("full_page_writes", kept ? "on" : "off")
        .setServerConfig("shared_buffers", "128MB")
        .setServerConfig("max_wal_size", "1GB")
        .setServerConfig("max_connections", "100");
  }

  /**
   * A data directory whose first start was cut short, by kill -9 during initdb, can never be
   * started: nothing was kept in it yet, so it is made anew. The returned file marks a first start
   * that is under way.
   */
  private static Path beginFirstStart(StackSettings settings) throws IOException {
    Path mark = settings.dataDir().resolve("postgres-first-start");
    if (Files.exists(mark)) {
      Folders.delete(dataDir(settings));
    }
    if (!Files.exists(dataDir(settings))) {
      Files.write(mark, new byte[0]);
    }
    return mark;
  }

  private static void admitOnlyByPassword(File dataDirectory) {
    try {
      Files.write(dataDirectory.toPath().resolve("pg_hba.conf"), ONLY_BY_PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Per user, and in a folder that no other user can enter: the library's own is open to all users,
   * and what it unpacked there is executed.
   */
  static Path binaries() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path ours = temporary.resolve("kinebeam-" + System.getProperty("user.name"));
    return Folders.createTrusted(ours).resolve(NAME);
  }

  private static Path passwordFile(StackSettings settings) throws IOException {
    Path file = settings.dataDir().resolve("postgres-superuser");
    if (!Files.exists(file)) {
      // Whole or not at all: PostgreSQL takes no empty password.
      Path part =
          Files.createTempFile(
              settings.dataDir(),
              "postgres-superuser",
              ".part",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(part, Secrets.random() + "\n");
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }

  private static String version(EmbeddedPostgres server) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW server_version")) {
      row.next();
      // "17.6 (Debian …)": the number is the version.
      return row.getString(1).split(" ", 2)[0];
    }
  }

  Login admin() {
    return admin;
  }

  String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + report.port() + "/" + database;
  }

  @Override
  public ServiceReport report() {
    return report;
  }

  @Override
  public void kill() throws IOException {
    Optional<ProcessHandle> process = postmaster.running();
    if (process.isPresent()) {
      List<ProcessHandle> backends = process.get().children().toList();
      ProcessStopper.kill(NAME, process.get(), ENDED_WITHIN);
      // They end by themselves, and hold the shared memory until then.
      for (ProcessHandle backend : backends) {
        ProcessStopper.kill(NAME, backend, ENDED_WITHIN);
      }
    }
    // Releases the data directory, which the next start in this process takes again.
    server.close();
  }

  @Override
  public void stop() throws IOException {
    Optional<ProcessHandle> process = postmaster.running();
    server.close();
    // The library only logs when its stop fails.
    postmaster.stop();
    if (process.isPresent() && !ProcessStopper.endsWithin(process.get(), ENDED_WITHIN)) {
      throw new ProgramFailedException("PostgreSQL released its data but does not end");
    }
  }
}
