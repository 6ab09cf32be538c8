package dev.kinebeam.schemas;

import java.util.List;

/** Names of the Kafka topics, shared by every program. */
public final class Topics {
  /** Accepted media events; key = session id, value = {@code MediaRecord}. */
  public static final String MEDIA_EVENTS = "media-events";

  /** What was refused, with the reason and the original bytes. */
  public static final String MEDIA_EVENTS_REJECTED = "media-events-rejected";

  /** Orders to compose; key = render id, value = {@code ComposeOrder}. */
  public static final String COMPOSE_REQUESTS = "compose-requests";

  /** Orders to compose of which there are many at once; as {@link #COMPOSE_REQUESTS}. */
  public static final String COMPOSE_REQUESTS_BULK = "compose-requests-bulk";

  /** How each order ended; key = render id, value = {@code RenderResult}. */
  public static final String RENDER_RESULTS = "render-results";

  /** The feed of automations; compacted, key = automation id. */
  public static final String AUTOMATION_ALERTS = "automation-alerts";

  /** A topic to be created. */
  public record Topic(String name, int partitions, boolean compacted) {}

  /** Every topic with the partitions that one small broker gives it. */
  public static final List<Topic> ALL =
      List.of(
          new Topic(MEDIA_EVENTS, 4, false),
          new Topic(MEDIA_EVENTS_REJECTED, 1, false),
          new Topic(COMPOSE_REQUESTS, 2, false),
          new Topic(COMPOSE_REQUESTS_BULK, 2, false),
          new Topic(RENDER_RESULTS, 2, false),
          new Topic(AUTOMATION_ALERTS, 1, true));

  /** How many partitions a topic of {@link #ALL} is given. */
  public static int partitions(String name) {
    return ALL.stream()
        .filter(topic -> topic.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no topic is called " + name))
        .partitions();
  }

  private Topics() {}
}
