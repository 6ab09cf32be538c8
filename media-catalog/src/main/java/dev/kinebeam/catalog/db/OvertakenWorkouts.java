package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Workouts in preparation whose exercises got a newer asset version before their videos were made.
 * The orders of the earlier version are refused by composers, so those of the present one take
 * their place, without anyone opening the workout. Harmless to repeat, also at the same time.
 */
public record OvertakenWorkouts(Database database) {
  private record Overtaken(
      UUID workout, UUID organization, short position, UUID present, ComposeOrder order) {
    static Overtaken of(ResultSet row) throws SQLException {
      String recipe = row.getString("recipe");
      if (Recipe.parse(recipe.getBytes(StandardCharsets.UTF_8)) instanceof Recipe.Valid valid) {
        return new Overtaken(
            row.getObject("workout", UUID.class),
            row.getObject("org", UUID.class),
            row.getShort("place"),
            row.getObject("present", UUID.class),
            new ComposeOrder(valid.recipe(), row.getInt("version"), false));
      }
      throw new SQLException("the recipe of a prescribed render is not one: " + recipe);
    }
  }

  /** Orders the present versions; returns how many were named. */
  public int order() {
    List<Overtaken> found =
        database.inTransaction(
            handle ->
                handle
                    .createQuery("SELECT * FROM overtaken_workouts()")
                    .map((row, context) -> Overtaken.of(row))
                    .list());
    // One at a time: renders are locked before workouts, and no second render after a workout.
    for (Overtaken one : found) {
      database.inOrg(one.organization, handle -> follow(handle, one));
    }
    return found.size();
  }

  private static boolean follow(Handle handle, Overtaken one) {
    RenderOrders.request(handle, one.order, RenderLane.INTERACTIVE, Optional.of(one.organization));
    handle.execute(
        "SELECT follow_in_workout(?, ?, ?, ?)",
        one.workout,
        one.position,
        one.present,
        one.order.renderId());
    return true;
  }
}
