package dev.kinebeam.coreapi.input;

import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import java.util.Optional;

/** The header by which a repeated request is known. */
public final class IdempotencyKey {
  private static final int LONGEST = 200;

  private IdempotencyKey() {}

  /**
   * The key of a request, where it has one.
   *
   * @throws Problem 400 when it is blank or too long
   */
  public static Optional<String> of(Call call) throws Problem {
    Optional<String> key = call.header("Idempotency-Key");
    if (key.filter(word -> word.isBlank() || word.length() > LONGEST).isPresent()) {
      throw Problem.of(400, "Idempotency-Key must have 1 to " + LONGEST + " characters.");
    }
    return key;
  }
}
