package dev.kinebeam.program.observability;

import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The flags of a program's admin port. */
public final class AdminOptions {
  @Option(
      names = "--admin-host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:KINEBEAM_ADMIN_HOST:-127.0.0.1}",
      description = {
        "Where /livez, /readyz and /metrics are served. They know no passwords.",
        "Default: ${DEFAULT-VALUE}"
      })
  private String host;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      defaultValue = "${env:KINEBEAM_ADMIN_PORT:-" + UNSET + "}",
      description = {
        "Their port; 0 takes a free one. Default: the program's usual port, or a free one while",
        "another program has it; the log says which."
      })
  private int port;

  private static final int UNSET = -1;

  /** What the flags say. */
  public AdminAddress address() {
    return new AdminAddress(host, port == UNSET ? OptionalInt.empty() : OptionalInt.of(port));
  }
}
