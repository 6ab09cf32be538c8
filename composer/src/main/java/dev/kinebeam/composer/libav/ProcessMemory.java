package dev.kinebeam.composer.libav;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** How much memory a process of this machine takes. */
public final class ProcessMemory {
  private static final String RESIDENT = "VmRSS:";
  private static final int KILOBYTE_SHIFT = 10;

  private ProcessMemory() {}

  /**
   * Memory that is really there, of Java and of native code together, in bytes, from Linux's {@code
   * /proc}. 0 when the process has ended, and where the system has no {@code /proc}.
   */
  public static long residentBytes(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(RESIDENT)) {
          return Long.parseLong(line.replaceAll("\\D", "")) << KILOBYTE_SHIFT;
        }
      }
      return 0;
    } catch (NoSuchFileException endedMeanwhile) {
      return 0;
    } catch (IOException e) {
      if (Files.exists(status)) {
        throw e;
      }
      return 0; // "No such process": it ended between opening and reading
    }
  }
}
