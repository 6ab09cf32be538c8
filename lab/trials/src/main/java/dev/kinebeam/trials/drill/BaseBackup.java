package dev.kinebeam.trials.drill;

import dev.kinebeam.programs.process.Folders;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;

/**
 * A base backup of a server that is in use, made as {@code pg_basebackup} makes one: the files
 * between {@code pg_backup_start} and {@code pg_backup_stop}, and the log that makes them
 * consistent.
 *
 * @param files the copy
 * @param dataDirectory of the server
 */
record BaseBackup(Path files, Path dataDirectory) {
  private static final String LOG = "pg_wal";

  /** They belong to the running process; a server that is restored has its own. */
  private static final Set<String> OF_THE_PROCESS =
      Set.of("postmaster.pid", "postmaster.opts", "epg-lock");

  /** Their content is made by the server at its start; the directories must be there. */
  private static final Set<String> MADE_AT_START =
      Set.of(
          "pg_dynshmem",
          "pg_notify",
          "pg_replslot",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  /** Copies the server's data to a folder beside it, while the server works on. */
  static BaseBackup take(DataSource superuser) throws IOException, SQLException {
    try (Connection connection = superuser.getConnection();
        Statement statement = connection.createStatement()) {
      Path data = Path.of(one(statement, "SHOW data_directory"));
      Path files = data.resolveSibling("base-backup");
      Folders.delete(files);
      one(statement, "SELECT pg_backup_start('kinebeam drill', true)");
      Files.createDirectory(files);
      copy(data, files, Set.of(LOG));
      String label = one(statement, "SELECT labelfile FROM pg_backup_stop(false)");
      Files.writeString(files.resolve("backup_label"), label);
      copy(data.resolve(LOG), files.resolve(LOG), Set.of());
      return new BaseBackup(files, data);
    }
  }

  private static String one(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Files that the server removes meanwhile are left out: the log knows of their removal. */
  private static void copy(Path from, Path to, Set<String> withoutContent) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(folder)));
            String name = folder.getFileName().toString();
            return withoutContent.contains(name) || MADE_AT_START.contains(name)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!OF_THE_PROCESS.contains(file.getFileName().toString())) {
              try {
                Files.copy(
                    file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
              } catch (NoSuchFileException removed) {
                return FileVisitResult.CONTINUE;
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
  }

  /** Puts the copy where the data was. The server must not run. */
  void restore() throws IOException {
    Folders.delete(dataDirectory);
    Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwx------"));
    Files.move(files, dataDirectory);
  }
}
