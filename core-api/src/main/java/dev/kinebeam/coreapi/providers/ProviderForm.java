package dev.kinebeam.coreapi.providers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.credentials.Provider;
import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.credentials.ProviderSecret;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the body of {@code PUT /v1/admin/providers}. Messages do not repeat values of secrets. */
final class ProviderForm {
  private static final Set<String> FIELDS = Set.of("provider", "settings", "secrets");
  private static final Pattern SETTING = Pattern.compile("[\\x21-\\x7e]{1,200}");
  private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{8,4000}");

  private final List<FieldError> errors = new ArrayList<>();

  private ProviderForm() {}

  /**
   * The change that a body asks for.
   *
   * @throws Problem 400 with everything that is wrong, and as {@link JsonBody} says
   */
  static ProviderCredentials.Change read(Call call) throws Problem, IOException {
    return new ProviderForm().change(JsonBody.read(call));
  }

  private ProviderCredentials.Change change(JsonNode body) throws Problem {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!FIELDS.contains(name)) {
                reject(name, "unknown_field", "there is no field " + name + " here");
              }
            });
    Optional<Provider> provider = Provider.of(body.path("provider").asText());
    if (provider.isEmpty()) {
      reject(
          "provider",
          "bad_value",
          "provider is %s; it must be one of %s"
              .formatted(
                  JsonBody.shown(body.path("provider")),
                  Stream.of(Provider.values())
                      .map(Provider::word)
                      .collect(Collectors.joining(", "))));
      throw wrong();
    }
    Optional<Map<String, String>> settings = settings(provider.get(), body.path("settings"));
    Map<ProviderSecret, Optional<String>> secrets = secrets(provider.get(), body.path("secrets"));
    if (!errors.isEmpty()) {
      throw wrong();
    }
    return new ProviderCredentials.Change(provider.get(), settings, secrets);
  }

  private Optional<Map<String, String>> settings(Provider provider, JsonNode given) {
    if (!isObject("settings", given)) {
      return Optional.empty();
    }
    Map<String, String> settings = new TreeMap<>();
    given
        .properties()
        .forEach(
            one -> {
              if (!provider.settings().contains(one.getKey())) {
                unknown("settings." + one.getKey(), provider.settings().stream().sorted().toList());
              } else if (!isText(one.getValue(), SETTING)) {
                reject(
                    "settings." + one.getKey(),
                    "bad_value",
                    "it must be a text of 1 to 200 visible ASCII characters");
              } else {
                settings.put(one.getKey(), one.getValue().textValue());
              }
            });
    return Optional.of(settings);
  }

  private Map<ProviderSecret, Optional<String>> secrets(Provider provider, JsonNode given) {
    Map<ProviderSecret, Optional<String>> secrets = new EnumMap<>(ProviderSecret.class);
    if (!isObject("secrets", given)) {
      return secrets;
    }
    given
        .properties()
        .forEach(
            one -> {
              Optional<ProviderSecret> secret = ProviderSecret.of(provider, one.getKey());
              if (secret.isEmpty()) {
                unknown(
                    "secrets." + one.getKey(),
                    provider.secrets().stream().map(ProviderSecret::word).toList());
              } else if (one.getValue().isNull()) {
                secrets.put(secret.get(), Optional.empty());
              } else if (!isText(one.getValue(), SECRET)) {
                reject(
                    "secrets." + one.getKey(),
                    "bad_value",
                    "it must be a text of 8 to 4000 visible ASCII characters, or null to remove it");
              } else {
                secrets.put(secret.get(), Optional.of(one.getValue().textValue()));
              }
            });
    return secrets;
  }

  private boolean isObject(String name, JsonNode given) {
    if (given.isMissingNode()) {
      return false;
    }
    if (!given.isObject()) {
      reject(name, "bad_value", name + " must be an object");
    }
    return given.isObject();
  }

  private static boolean isText(JsonNode value, Pattern form) {
    return value.isTextual() && form.matcher(value.textValue()).matches();
  }

  private void unknown(String field, List<String> known) {
    reject(
        field, "unknown_field", "the provider has none such; it has " + String.join(", ", known));
  }

  private void reject(String field, String code, String message) {
    errors.add(new FieldError(field, code, message));
  }

  private Problem wrong() {
    return Problem.invalid(400, "The provider cannot be changed.", errors);
  }
}
