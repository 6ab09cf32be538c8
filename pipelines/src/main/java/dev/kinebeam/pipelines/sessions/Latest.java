package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaRecord;

/**
 * What the latest event of a kind says.
 *
 * @param position of the playhead, seconds
 * @param network the connection
 * @param client the player's device
 * @param avgBitrate the player's running average, bits per second
 * @param playing false after a pause and before the first play
 */
record Latest(
    Reported<Double> position,
    Reported<EventData.Network> network,
    Reported<MediaRecord.Client> client,
    Reported<Long> avgBitrate,
    Reported<Boolean> playing) {

  static Latest of(MediaRecord record, EventOrder order) {
    EventData data = record.event().data();
    EventData.Network network = networkOf(data);
    Long avgBitrate = data instanceof EventData.Heartbeat beat ? beat.avgBitrate() : null;
    return new Latest(
        reported(order, Viewing.positionOf(data)),
        network == null || network.equals(EventData.Network.UNKNOWN)
            ? null
            : new Reported<>(order, network),
        record.client().equals(MediaRecord.Client.UNKNOWN)
            ? null
            : new Reported<>(order, record.client()),
        reported(order, avgBitrate),
        reported(order, playingAfter(data)));
  }

  private static <T> Reported<T> reported(EventOrder order, T value) {
    return value == null ? null : new Reported<>(order, value);
  }

  private static EventData.Network networkOf(EventData data) {
    if (data instanceof EventData.Heartbeat it) {
      return it.network();
    } else if (data instanceof EventData.SessionStart it) {
      return it.network();
    }
    return data instanceof EventData.BufferingStart it ? it.network() : null;
  }

  private static Boolean playingAfter(EventData data) {
    if (data instanceof EventData.Heartbeat
        || data instanceof EventData.Play
        || data instanceof EventData.Milestone
        || data instanceof EventData.BufferingEnd) {
      return Boolean.TRUE;
    }
    return data instanceof EventData.Pause ? Boolean.FALSE : null;
  }

  Latest merge(Latest other) {
    Latest merged =
        new Latest(
            Reported.latest(position, other.position),
            Reported.latest(network, other.network),
            Reported.latest(client, other.client),
            Reported.latest(avgBitrate, other.avgBitrate),
            Reported.latest(playing, other.playing));
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }
}
