package dev.kinebeam.program.config;

import java.util.Map;
import java.util.Optional;

/**
 * The variables of an environment. One that is set to nothing, or to white space, is not set. Their
 * values are not printed: some are secrets.
 */
public final class Environment {
  private final Map<String, String> variables;

  private Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  public static Environment of(Map<String, String> variables) {
    return new Environment(variables);
  }

  /** The value of a variable that may be left out. */
  public Optional<String> optional(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /** The value of a variable, or {@code other} where it is not set. */
  public String orElse(String name, String other) {
    return optional(name).orElse(other);
  }

  /**
   * The value of a variable that must be set.
   *
   * @param remedy what to set it to, for the message
   * @throws IllegalArgumentException when it is not set
   */
  public String required(String name, String remedy) {
    return optional(name)
        .orElseThrow(() -> new IllegalArgumentException(name + " is not set: " + remedy));
  }

  /** A secret, which may be set to nothing on purpose; empty when the variable does not exist. */
  public Optional<String> secret(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  @Override
  public String toString() {
    return "Environment" + variables.keySet().stream().sorted().toList();
  }
}
