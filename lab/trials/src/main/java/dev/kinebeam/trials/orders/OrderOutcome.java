package dev.kinebeam.trials.orders;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.Json;
import java.util.List;

/**
 * What a fault did.
 *
 * @param account of the orders around it
 * @param plays viewings that had begun
 * @param interrupted those of them that were interrupted
 * @param repeated requests of orders that were repeated
 * @param seconds from the first order to the account
 * @param surprises anything else that should not be, in words
 */
public record OrderOutcome(
    OrderFault fault,
    OrderAccount account,
    long plays,
    long interrupted,
    long repeated,
    double seconds,
    List<String> surprises) {

  /** Whether every order ended once, nothing is left over, and no play was interrupted. */
  public boolean isClean() {
    return account.orders() > 0
        && account.ready() > 0
        && account.ready() + account.failed() == account.orders()
        && account.stuck() == 0
        && account.doubled() == 0
        && account.strays().isEmpty()
        && plays > 0
        && interrupted == 0
        && surprises.isEmpty();
  }

  /** One line. */
  public String json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("drill", "order");
    json.put("fault", fault.command());
    json.put("orders", account.orders());
    json.put("ready", account.ready());
    json.put("failed_with_reason", account.failed());
    json.put("stuck", account.stuck());
    json.put("doubled", account.doubled());
    json.put("strays", account.strays().size());
    json.put("plays", plays);
    json.put("interrupted_plays", interrupted);
    json.put("orders_repeated", repeated);
    json.put("seconds", Math.round(seconds * 10) / 10.0);
    json.put("surprises", surprises.size());
    return json.toString();
  }
}
