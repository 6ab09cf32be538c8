package dev.kinebeam.trials.patients;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What was sent and what the gateway said to it; counted by many threads. */
public final class TrafficCounts {
  /** Events put on the wire, with repetitions and broken ones. */
  public final LongAdder sent = new LongAdder();

  public final LongAdder accepted = new LongAdder();

  /** Different events among the accepted ones: what rows must have counted in the end. */
  public final LongAdder distinct = new LongAdder();

  public final LongAdder rejected = new LongAdder();

  /** Events that the gateway recognised within one request. */
  public final LongAdder duplicatesAnswered = new LongAdder();

  /** Events sent a second time on purpose. */
  public final LongAdder duplicatesSent = new LongAdder();

  /** Events made invalid on purpose. */
  public final LongAdder broken = new LongAdder();

  /** Events refused as a whole request, for want of consent. */
  public final LongAdder withoutConsent = new LongAdder();

  /** Records put into Kafka past the gateway, to see the pipeline refuse them. */
  public final LongAdder poison = new LongAdder();

  /** Requests that had to be sent again because the gateway was busy or away. */
  public final LongAdder retries = new LongAdder();

  /** Anything that should not have happened. */
  public final Queue<String> surprises = new ConcurrentLinkedQueue<>();
}
