package dev.kinebeam.catalog.removal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A process that claims renders, by a name from which another process can find out that it has
 * ended: {@code MACHINE:PID:STARTED:RANDOM}, STARTED in clock ticks since boot. The machine is the
 * running kernel and the process-id namespace, so two containers on one kernel are two machines.
 */
public final class RenderProcess {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");
  private static final int START_FIELD = 22;

  private final String name;

  private RenderProcess(String name) {
    this.name = name;
  }

  /** This process; each call is another worker of it. */
  public static RenderProcess here() {
    ProcessHandle self = ProcessHandle.current();
    long started = startTicks(self.pid()).orElse(0L);
    // Unknown without /proc: then only the lease's end shows it.
    String machine = machine().orElseGet(() -> UUID.randomUUID().toString());
    return new RenderProcess(machine + ":" + self.pid() + ":" + started + ":" + UUID.randomUUID());
  }

  public String name() {
    return name;
  }

  /**
   * Whether that worker is known to have ended: it ran on this very machine, and its process is no
   * more. False when it cannot be known.
   */
  public static boolean isDead(String worker) {
    String[] parts = worker.split(":", -1);
    if (parts.length != 4 || !machine().equals(Optional.of(parts[0]))) {
      return false;
    }
    long pid;
    long started;
    try {
      pid = Long.parseLong(parts[1]);
      started = Long.parseLong(parts[2]);
    } catch (NumberFormatException e) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return true;
    }
    OptionalLong begun = startTicks(pid);
    return begun.isPresent() && begun.getAsLong() != started;
  }

  /**
   * When a process started, in clock ticks since boot: field 22 of its stat. The time of day would
   * not do, because it is reckoned from a boot time that moves when the clock is set.
   */
  private static OptionalLong startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The second field is the program's name in brackets, which may hold anything.
      String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return OptionalLong.of(Long.parseLong(fromThird[START_FIELD - 3]));
    } catch (IOException | UnsupportedOperationException e) {
      return OptionalLong.empty();
    }
  }

  private static Optional<String> machine() {
    try {
      String boot = Files.readString(BOOT).strip();
      String namespace = Files.readSymbolicLink(NAMESPACE).toString().replaceAll("\\D", "");
      return Optional.of(boot + "-" + namespace);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
