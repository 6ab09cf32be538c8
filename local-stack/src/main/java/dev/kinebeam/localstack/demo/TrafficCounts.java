package dev.kinebeam.localstack.demo;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What was sent and what the gateway said to it; counted by many threads. */
final class TrafficCounts {
  /** Events put on the wire, with repetitions and broken ones. */
  final LongAdder sent = new LongAdder();

  final LongAdder accepted = new LongAdder();
  final LongAdder rejected = new LongAdder();

  /** Events that the gateway recognised within one request. */
  final LongAdder duplicatesAnswered = new LongAdder();

  /** Events sent a second time on purpose. */
  final LongAdder duplicatesSent = new LongAdder();

  /** Events made invalid on purpose. */
  final LongAdder broken = new LongAdder();

  /** Events refused as a whole request, for want of consent. */
  final LongAdder withoutConsent = new LongAdder();

  /** Records put into Kafka past the gateway, to see the pipeline refuse them. */
  final LongAdder poison = new LongAdder();

  /** Requests that had to be sent again because the gateway was busy or away. */
  final LongAdder retries = new LongAdder();

  /** Anything that should not have happened. */
  final Queue<String> surprises = new ConcurrentLinkedQueue<>();
}
