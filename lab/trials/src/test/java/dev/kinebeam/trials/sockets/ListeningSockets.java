package dev.kinebeam.trials.sockets;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux knows of the sockets that processes listen on. */
public final class ListeningSockets {
  private static final Path PROC = Path.of("/proc");
  private static final String LISTENS = "0A";
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final Pattern SERVICE = Pattern.compile("-Dkinebeam\\.service=([^@\0]+)@");

  private ListeningSockets() {}

  /** A socket of a program of ours. */
  public record Listening(String program, InetSocketAddress at) {
    public boolean isLoopbackOnly() {
      return at.getAddress().isLoopbackAddress();
    }
  }

  /** Those of every process whose command line has this text. */
  static List<Listening> ofProcessesNaming(String text) throws IOException {
    List<Listening> all = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        String command = read(process.resolve("cmdline")).orElse("");
        if (command.contains(text)) {
          Matcher service = SERVICE.matcher(command);
          String program = service.find() ? service.group(1) : command.split("\0", -1)[0];
          of(process).forEach(at -> all.add(new Listening(program, at)));
        }
      }
    }
    return all;
  }

  /** Those of this JVM, as its program's. */
  public static Set<Listening> ofThisProcess(String program) throws IOException {
    Set<Listening> all = new HashSet<>();
    of(PROC.resolve("self")).forEach(at -> all.add(new Listening(program, at)));
    return all;
  }

  private static List<InetSocketAddress> of(Path process) throws IOException {
    Set<String> inodes = inodes(process);
    List<InetSocketAddress> sockets = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : read(process.resolve(table)).orElse("").lines().skip(1).toList()) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields[STATE].equals(LISTENS) && inodes.contains(fields[INODE])) {
          sockets.add(address(fields[1]));
        }
      }
    }
    return sockets;
  }

  private static Set<String> inodes(Path process) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        socket(file).ifPresent(inodes::add);
      }
    } catch (NoSuchFileException ended) {
      // The process has ended: it listens no longer.
      return Set.of();
    }
    return inodes;
  }

  /** Its inode; empty of another file, and of one that was closed since it was listed. */
  private static Optional<String> socket(Path file) throws IOException {
    try {
      String target = Files.readSymbolicLink(file).toString();
      return target.startsWith("socket:[")
          ? Optional.of(target.substring("socket:[".length(), target.length() - 1))
          : Optional.empty();
    } catch (NoSuchFileException closed) {
      return Optional.empty();
    }
  }

  /** The address as four-byte words in the machine's order, a colon and the port. */
  static InetSocketAddress address(String words) throws IOException {
    int colon = words.indexOf(':');
    byte[] bytes = new byte[colon / 2];
    for (int i = 0; i < bytes.length; i++) {
      int inWord = i / 4 * 4 + 3 - i % 4;
      bytes[i] = (byte) Integer.parseInt(words, 2 * inWord, 2 * inWord + 2, 16);
    }
    return new InetSocketAddress(
        InetAddress.getByAddress(bytes), Integer.parseInt(words.substring(colon + 1), 16));
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException ended) {
      return Optional.empty();
    }
  }
}
