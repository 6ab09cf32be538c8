package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UpsertRows;
import dev.kinebeam.beam.UuidCoder;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.event.DeadLetter;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Opens an automation when a rule's condition begins to hold in an organisation, and resolves it
 * when the condition has ended ({@code AlertRules}). Windows are of the sessions' starts; they move
 * with the watermark. Sessions may come in any order and any number of times. One that began before
 * the windows changes nothing, and nothing is judged while the watermark is further behind the
 * clock than {@link AlertTimes#catchUp}: reading a topic again raises no alert of the past.
 *
 * <p>A job without state learns from the database what was before it, when it first hears of an
 * organisation; it waits for the database as the writers do. What comes out are the changes that
 * the database refused.
 */
public final class RaiseAlerts
    extends PTransform<PCollection<MeasuredSession>, PCollection<DeadLetter>> {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final DatabaseSettings database;
  private final AlertTimes times;
  private final Clock clock;

  private RaiseAlerts(DatabaseSettings database, AlertTimes times, Clock clock) {
    this.database = database;
    this.times = times;
    this.clock = clock;
  }

  /** Reads thresholds and history from {@code database} and writes automations to it. */
  public static RaiseAlerts into(DatabaseSettings database, AlertTimes times) {
    return new RaiseAlerts(database, times, Clock.systemUTC());
  }

  /** Takes the present time from a serializable clock of the caller's. */
  RaiseAlerts by(Clock other) {
    return new RaiseAlerts(database, times, other);
  }

  @Override
  public PCollection<DeadLetter> expand(PCollection<MeasuredSession> sessions) {
    KvCoder<UUID, OrgInput> inputCoder = KvCoder.of(UuidCoder.of(), OrgInputCoder.INSTANCE);
    PCollection<KV<UUID, OrgInput>> indicators =
        sessions
            .apply(
                "Take signs",
                MapElements.into(new TypeDescriptor<KV<UUID, OrgInput>>() {})
                    .via(
                        session ->
                            KV.of(
                                session.metrics().identity().orgId(),
                                SessionIndicators.of(session))))
            .setCoder(inputCoder);
    PCollection<KV<UUID, OrgInput>> woken =
        indicators
            .getPipeline()
            // An Impulse has no id of its own on Flink: the one that it is given depends on the
            // parallelism, and so its state fits no other.
            .apply("Begin", GenerateSequence.from(0).to(1))
            .apply("Wake clinics with open automations", ParDo.of(wakeOrgs()))
            .setCoder(inputCoder);
    return PCollectionList.of(indicators)
        .and(woken)
        .apply("Gather news of clinics", Flatten.pCollections())
        .apply("Judge clinics", ParDo.of(new RaiseAlertsFn(database, times, clock, TIMEOUT)))
        .setCoder(JsonCoder.of(AlertChange.class))
        .apply("Write automations", UpsertRows.into(database, new AutomationTable()));
  }

  private WakeOrgsFn wakeOrgs() {
    return new WakeOrgsFn(database, TIMEOUT);
  }
}
