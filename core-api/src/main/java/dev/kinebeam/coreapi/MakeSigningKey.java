package dev.kinebeam.coreapi;

import dev.kinebeam.coreapi.identity.OwnKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a new private key for {@code CORE_API_SIGNING_KEYS}. */
@Command(
    name = "make-signing-key",
    mixinStandardHelpOptions = true,
    description = "Prints a new private key for CORE_API_SIGNING_KEYS; keep it secret.")
final class MakeSigningKey implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().println(OwnKeys.make().value());
  }
}
