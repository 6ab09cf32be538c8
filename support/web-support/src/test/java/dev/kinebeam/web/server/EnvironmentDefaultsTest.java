package dev.kinebeam.web.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class EnvironmentDefaultsTest {
  @Command(name = "program")
  static final class Flags {
    @Option(names = "--max-in-flight", defaultValue = "128")
    int maxInFlight;

    @Option(names = "--cors-origin", descriptionKey = "CORS_ORIGINS")
    String origins;

    @Option(names = "--host", defaultValue = "127.0.0.1")
    String host;
  }

  private static Flags parsed(Map<String, String> environment, String... arguments) {
    Flags flags = new Flags();
    new CommandLine(flags)
        .setDefaultValueProvider(new EnvironmentDefaults("GATEWAY", environment))
        .parseArgs(arguments);
    return flags;
  }

  @Test
  void aVariableIsTheDefaultOfTheFlagOfItsName() {
    Flags flags =
        parsed(
            Map.of(
                "GATEWAY_MAX_IN_FLIGHT", "7",
                "GATEWAY_CORS_ORIGINS", "https://clinic.example",
                "CORE_API_HOST", "10.0.0.1"));
    assertThat(flags.maxInFlight).isEqualTo(7);
    assertThat(flags.origins).isEqualTo("https://clinic.example");
    assertThat(flags.host).isEqualTo("127.0.0.1");
  }

  @Test
  void theFlagItselfComesFirst() {
    Map<String, String> environment = Map.of("GATEWAY_MAX_IN_FLIGHT", "7");
    assertThat(parsed(environment, "--max-in-flight=9").maxInFlight).isEqualTo(9);
    assertThat(parsed(Map.of()).maxInFlight).isEqualTo(128);
  }
}
