package dev.kinebeam.programs.cli;

import dev.kinebeam.programs.process.ProgramRole;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The words of messages about a command line and its environment. Pure. */
public final class Usage {
  /** picocli's note on a value that could not be converted: a Java exception. */
  private static final Pattern EXCEPTION = Pattern.compile(" \\(java\\.[\\w.]+: .*\\)$");

  private static final Pattern NOT_SET =
      Pattern.compile("\\b[A-Z][A-Z0-9]*_[A-Z0-9_]+ is not set\\b");

  /** The driver's words where a server asks for a password and the program has none. */
  private static final String NO_PASSWORD = "no password was provided";

  /** PostgreSQL's state where a login lacks a right. */
  private static final String PERMISSION_DENIED = "42501";

  /** Which login a command takes; the local stack writes an environment file for each. */
  private static final Map<String, ProgramRole> LOGINS =
      Map.ofEntries(
          Map.entry("gateway", ProgramRole.GATEWAY),
          Map.entry("dead-letters", ProgramRole.GATEWAY),
          Map.entry("core-api", ProgramRole.CORE_API),
          Map.entry("worker", ProgramRole.WORKER),
          Map.entry("telemetry", ProgramRole.PIPELINE),
          Map.entry("archive", ProgramRole.PIPELINE),
          Map.entry("backfill", ProgramRole.PIPELINE),
          Map.entry("render", ProgramRole.RENDER),
          Map.entry("import", ProgramRole.RENDER),
          Map.entry("bundle", ProgramRole.RENDER),
          Map.entry("sample", ProgramRole.RENDER),
          Map.entry("maintain", ProgramRole.MAINTENANCE),
          Map.entry("erase", ProgramRole.MAINTENANCE),
          Map.entry("export", ProgramRole.MAINTENANCE),
          Map.entry("org", ProgramRole.REGISTRY),
          Map.entry("person", ProgramRole.REGISTRY),
          Map.entry("consent", ProgramRole.REGISTRY),
          Map.entry("care-link", ProgramRole.REGISTRY),
          Map.entry("catalog", ProgramRole.ADMIN));

  private Usage() {}

  /** What is wrong with a command line. */
  public static String message(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !command.getSubcommands().isEmpty()
        && !unmatched.getUnmatched().get(0).startsWith("-")) {
      return "there is no command "
          + (name(command) + " " + unmatched.getUnmatched().get(0)).strip();
    }
    return environment(command, EXCEPTION.matcher(wrong.getMessage()).replaceFirst(""));
  }

  /** Why a command failed. */
  public static String message(CommandLine command, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && cause.getMessage().contains(NO_PASSWORD)) {
        return environment(command, "DATABASE_PASSWORD is not set");
      }
      if (cause instanceof SQLException driver
          && PERMISSION_DENIED.equals(driver.getSQLState())
          && login(command).isPresent()) {
        return denied(command, login(command).get(), driver);
      }
    }
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    String message = cause instanceof FileSystemException file ? message(file) : cause.getMessage();
    return environment(command, message == null ? cause.toString() : message);
  }

  /** A command that was given another program's login, as by another program's environment file. */
  private static String denied(CommandLine command, ProgramRole login, SQLException driver) {
    OptionSpec option = command.getCommandSpec().findOption("--database-user");
    String given = option == null ? "" : String.valueOf(option.<Object>getValue());
    return "DATABASE_USER is %s (%s); use a login that is a member of %s; %s"
        .formatted(
            given.isBlank() ? login.user() : given,
            driver.getMessage(),
            login.group(),
            localStack(login));
  }

  /** What is wrong with a file: the class alone says it, and the message is the path. */
  private static String message(FileSystemException failure) {
    if (failure.getReason() != null) {
      return failure.getMessage();
    }
    String reason = "the file system refused it (" + failure.getClass().getSimpleName() + ")";
    if (failure instanceof NoSuchFileException) {
      reason = "no such file or folder";
    } else if (failure instanceof AccessDeniedException) {
      reason = "this user may not read or write it";
    } else if (failure instanceof FileAlreadyExistsException) {
      reason = "it exists and is not a folder";
    } else if (failure instanceof NotDirectoryException) {
      reason = "it is not a folder";
    } else if (failure instanceof DirectoryNotEmptyException) {
      reason = "the folder is not empty";
    }
    return failure.getFile() + ": " + reason;
  }

  /** The message, and how the local stack's environment is taken where a variable is missing. */
  private static String environment(CommandLine command, String message) {
    return login(command)
        .filter(login -> NOT_SET.matcher(message).find())
        .map(login -> message + "; " + localStack(login))
        .orElse(message);
  }

  private static Optional<ProgramRole> login(CommandLine command) {
    return Optional.ofNullable(LOGINS.get(name(command).replaceFirst(" .*", "")));
  }

  private static String localStack(ProgramRole login) {
    return "with the local stack: set -a; . .local/env/%s.env; set +a".formatted(login.fileName());
  }

  /** As it is typed after {@code ./kinebeam}; empty for that alone. */
  static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName().replaceFirst("^kinebeam ?", "");
  }
}
