package dev.kinebeam.web.server;

import dev.kinebeam.program.config.Environment;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes an option's default from the environment variable {@code PREFIX_OPTION}, so that two
 * programs on one machine can share option classes: {@code --max-in-flight} of the gateway is
 * {@code GATEWAY_MAX_IN_FLIGHT}. An option whose variable has another ending names it by its
 * description key. Options that name a variable themselves, and those of which no variable is set,
 * keep the default of their declaration.
 */
public class EnvironmentDefaults implements IDefaultValueProvider {
  private final String prefix;
  private final Map<String, String> environment;

  /**
   * Reads this process's environment.
   *
   * @param prefix without the underscore, such as {@code GATEWAY}
   */
  protected EnvironmentDefaults(String prefix) {
    this(prefix, System.getenv());
  }

  /** Reads a given environment. */
  public EnvironmentDefaults(String prefix, Map<String, String> environment) {
    this.prefix = prefix;
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option)) {
      return null;
    }
    return Environment.of(environment).optional(variable(option)).orElse(null);
  }

  private String variable(OptionSpec option) {
    String ending =
        Optional.ofNullable(option.descriptionKey())
            .filter(key -> !key.isEmpty()) // as picocli has it where none was given
            .orElseGet(() -> option.longestName().replaceFirst("^--", "").replace('-', '_'));
    return prefix + '_' + ending.toUpperCase(Locale.ROOT);
  }
}
