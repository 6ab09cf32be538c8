package dev.kinebeam.catalog.db;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.schemas.Words;

/** How urgent an order is. */
public enum RenderLane {
  /** A person or a service waits for it. */
  INTERACTIVE(Topics.COMPOSE_REQUESTS),
  /** One of many. */
  BULK(Topics.COMPOSE_REQUESTS_BULK);

  private final String topic;

  RenderLane(String topic) {
    this.topic = topic;
  }

  /** The topic by which composers get its orders. */
  public String topic() {
    return topic;
  }

  /** As tables and answers hold it. */
  @JsonValue
  public String word() {
    return Words.write(this);
  }
}
