package dev.kinebeam.catalog.db;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;

/**
 * Subscriptions to events, and the log of their deliveries. The database enters a delivery in the
 * transaction that makes its event. Thread-safe, also among programs.
 */
public final class Webhooks {
  /** The events that there are. */
  public static final List<String> EVENTS =
      List.of(
          "render.ready",
          "render.failed",
          "bulk.finished",
          "automation.opened",
          "automation.resolved");

  /** Of one subscription at a time: a receiver that hangs keeps no other one waiting. */
  private static final int OF_ONE = 4;

  private final Database database;

  /** Who receives which events, and where. */
  public record Subscription(UUID id, String url, List<String> events, Instant createdAt) {}

  /** How a delivery stands. */
  public enum State {
    PENDING,
    DELIVERED,
    FAILED;

    /** As tables and answers hold it. */
    @JsonValue
    public String word() {
      return Words.write(this);
    }
  }

  /**
   * A delivery in the log.
   *
   * @param nextAttempt there while it is pending
   * @param lastStatus what the receiver answered last
   * @param lastError why the last attempt did not succeed
   */
  public record Delivery(
      UUID id,
      String event,
      State state,
      int attempts,
      Instant createdAt,
      Optional<Instant> nextAttempt,
      Optional<Integer> lastStatus,
      Optional<String> lastError) {}

  /**
   * A delivery that is to be made now.
   *
   * @param attempts those that are over
   */
  public record Due(UUID id, UUID subscriptionId, String url, String payload, int attempts) {}

  public Webhooks(Database database) {
    this.database = database;
  }

  /**
   * For an organisation, or for the platform.
   *
   * @param organisation empty for the platform
   */
  private <T> T of(Optional<UUID> organisation, HandleCallback<T, RuntimeException> work) {
    return organisation.isPresent()
        ? database.inOrg(organisation.get(), work)
        : database.inTransaction(work);
  }

  /** Enters a subscription; it gets the events from then on. */
  public Optional<Subscription> subscribe(
      Optional<UUID> organisation, String url, List<String> events, String by) {
    return of(
        organisation,
        handle ->
            handle
                .createQuery(
                    """
                    INSERT INTO webhook_subscriptions
                           (subscription_id, org_id, url, events, created_by)
                    SELECT gen_random_uuid(), :org::uuid, :url, :events, :by
                     WHERE :org::uuid IS NULL OR EXISTS (SELECT FROM organizations WHERE org_id = :org::uuid)
                    RETURNING *
                    """)
                .bind("org", organisation.map(UUID::toString).orElse(null))
                .bind("url", url)
                .bind("events", events.toArray(new String[0]))
                .bind("by", by)
                .map((row, context) -> subscription(row))
                .findOne());
  }

  /** All subscriptions, the oldest first. */
  public List<Subscription> subscriptions(Optional<UUID> organisation) {
    return of(
        organisation,
        handle ->
            handle
                .createQuery("SELECT * FROM webhook_subscriptions ORDER BY created_at LIMIT 1000")
                .map((row, context) -> subscription(row))
                .list());
  }

  /** Ends a subscription, with its log; false when there is none. */
  public boolean unsubscribe(Optional<UUID> organisation, UUID subscriptionId) {
    return of(
        organisation,
        handle ->
            handle.execute(
                    "DELETE FROM webhook_subscriptions WHERE subscription_id = ?", subscriptionId)
                > 0);
  }

  /** The latest deliveries of a subscription, the newest first; empty when there is none such. */
  public Optional<List<Delivery>> deliveries(
      Optional<UUID> organisation, UUID subscriptionId, int most) {
    return of(
        organisation,
        handle ->
            exists(handle, subscriptionId)
                ? Optional.of(
                    handle
                        .createQuery(
                            """
                            SELECT * FROM webhook_deliveries WHERE subscription_id = :id
                             ORDER BY created_at DESC, delivery_id LIMIT :most
                            """)
                        .bind("id", subscriptionId)
                        .bind("most", most)
                        .map((row, context) -> delivery(row))
                        .list())
                : Optional.empty());
  }

  private static boolean exists(Handle handle, UUID subscriptionId) {
    return handle
        .createQuery("SELECT 1 FROM webhook_subscriptions WHERE subscription_id = :id")
        .bind("id", subscriptionId)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** Makes a delivery again, at once and with all attempts; false when there is none such. */
  public boolean redeliver(Optional<UUID> organisation, UUID subscriptionId, UUID deliveryId) {
    return of(
        organisation,
        handle ->
            handle.execute(
                    """
                    UPDATE webhook_deliveries
                       SET state = 'pending', attempts = 0, next_attempt_at = now()
                     WHERE delivery_id = ? AND subscription_id = ?
                    """,
                    deliveryId,
                    subscriptionId)
                > 0);
  }

  /**
   * Takes deliveries that are due, so that of each subscription a few are under way at a time.
   * Until {@code lease} is over no other caller takes them; then they are due again.
   *
   * @param underWay how many of a subscription the caller has taken and not finished
   */
  public List<Due> take(Duration lease, int most, Map<UUID, Integer> underWay) {
    UUID[] busy = underWay.keySet().toArray(UUID[]::new);
    Integer[] calls = underWay.values().toArray(Integer[]::new);
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    WITH next AS (
                      SELECT delivery_id FROM (
                        SELECT delivery_id, next_attempt_at,
                               coalesce(busy.calls, 0)
                                 + row_number() OVER (PARTITION BY subscription_id
                                                      ORDER BY next_attempt_at) AS turn
                          FROM webhook_deliveries
                          LEFT JOIN unnest(:busy, :calls) AS busy (subscription_id, calls)
                         USING (subscription_id)
                         WHERE state = 'pending' AND next_attempt_at <= now()) AS waiting
                       WHERE turn <= :ofOne ORDER BY next_attempt_at LIMIT :most),
                    taken AS (
                      SELECT delivery_id FROM webhook_deliveries
                       WHERE delivery_id IN (SELECT delivery_id FROM next)
                         AND state = 'pending' AND next_attempt_at <= now()
                         FOR UPDATE SKIP LOCKED)
                    UPDATE webhook_deliveries AS d
                       SET next_attempt_at = now() + :lease * interval '1 second'
                      FROM taken, webhook_subscriptions AS s
                     WHERE d.delivery_id = taken.delivery_id
                       AND s.subscription_id = d.subscription_id
                    RETURNING d.delivery_id, d.subscription_id, s.url, d.payload, d.attempts
                    """)
                .bind("ofOne", OF_ONE)
                .bind("busy", busy)
                .bind("calls", calls)
                .bind("most", most)
                .bind("lease", lease.toSeconds())
                .map(
                    (row, context) ->
                        new Due(
                            row.getObject("delivery_id", UUID.class),
                            row.getObject("subscription_id", UUID.class),
                            row.getString("url"),
                            row.getString("payload"),
                            row.getInt("attempts")))
                .list());
  }

  /** The receiver has taken it. */
  public void delivered(UUID deliveryId, int status) {
    ended(deliveryId, State.DELIVERED, Optional.of(status), Optional.empty(), Duration.ZERO);
  }

  /**
   * The attempt did not succeed.
   *
   * @param again after this time; empty when it was the last
   */
  public void failed(
      UUID deliveryId, Optional<Integer> status, String error, Optional<Duration> again) {
    ended(
        deliveryId,
        again.isPresent() ? State.PENDING : State.FAILED,
        status,
        Optional.of(error),
        again.orElse(Duration.ZERO));
  }

  private void ended(
      UUID deliveryId,
      State state,
      Optional<Integer> status,
      Optional<String> error,
      Duration again) {
    database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE webhook_deliveries
                       SET state = :state, attempts = attempts + 1, last_attempt_at = now(),
                           last_status = :status, last_error = :error,
                           next_attempt_at = now() + :again * interval '1 millisecond'
                     WHERE delivery_id = :id AND state = 'pending'
                    """)
                .bind("id", deliveryId)
                .bind("state", state.word())
                .bind("status", status.orElse(null))
                .bind("error", error.orElse(null))
                .bind("again", again.toMillis())
                .execute());
  }

  /** Deletes deliveries that ended before this long ago; returns how many. */
  public int dropOlderThan(Duration age) {
    return database.inTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    DELETE FROM webhook_deliveries
                     WHERE state <> 'pending' AND created_at < now() - :age * interval '1 second'
                    """)
                .bind("age", age.toSeconds())
                .execute());
  }

  private static Subscription subscription(ResultSet row) throws SQLException {
    return new Subscription(
        row.getObject("subscription_id", UUID.class),
        row.getString("url"),
        Arrays.asList((String[]) row.getArray("events").getArray()),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }

  private static Delivery delivery(ResultSet row) throws SQLException {
    State state = Words.read(State.class, row.getString("state"));
    return new Delivery(
        row.getObject("delivery_id", UUID.class),
        row.getString("event"),
        state,
        row.getInt("attempts"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        state == State.PENDING
            ? Optional.of(row.getObject("next_attempt_at", OffsetDateTime.class).toInstant())
            : Optional.empty(),
        Optional.ofNullable(row.getObject("last_status", Integer.class)),
        Optional.ofNullable(row.getString("last_error")));
  }
}
