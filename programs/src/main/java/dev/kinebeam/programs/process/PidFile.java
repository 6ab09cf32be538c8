package dev.kinebeam.programs.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Remembers a child process beyond the life of its parent. A pid alone proves nothing, since pids
 * are given out again: a process is ours only when it also started when ours did and carries our
 * mark in its command line.
 */
public record PidFile(Path file) {
  /**
   * The kernel counts start times from a boot time that moves a little as the clock is adjusted.
   */
  private static final Duration SAME_START = Duration.ofSeconds(5);

  /** Remembers the process; the mark must be part of its command line. */
  public void write(ProcessHandle process, String mark) throws IOException {
    Folders.createPrivate(file.getParent());
    Instant started = process.info().startInstant().orElse(Instant.EPOCH);
    Files.write(
        file, List.of(Long.toString(process.pid()), Long.toString(started.toEpochMilli()), mark));
  }

  /** The remembered process, if it still runs and is beyond doubt the same. */
  public Optional<ProcessHandle> running() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.size() < 3) {
      // Cut short by a crash while it was written: nothing to go by.
      return Optional.empty();
    }
    Instant started = Instant.ofEpochMilli(Long.parseLong(lines.get(1)));
    return ProcessHandle.of(Long.parseLong(lines.get(0)))
        .filter(ProcessHandle::isAlive)
        .filter(process -> startedAt(process, started))
        .filter(process -> commandLine(process.pid()).contains(lines.get(2)));
  }

  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  public static boolean startedAt(ProcessHandle process, Instant expected) {
    return process
        .info()
        .startInstant()
        .filter(actual -> Duration.between(expected, actual).abs().compareTo(SAME_START) <= 0)
        .isPresent();
  }

  /**
   * The arguments joined by spaces; empty when the process has ended or belongs to another user.
   */
  public static String commandLine(long pid) {
    try {
      // Not ProcessHandle.info(), which cuts long command lines.
      byte[] raw = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
      return new String(raw, StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }
}
