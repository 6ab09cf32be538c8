package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaRecord;

/**
 * What the latest event of a kind says, each beside the order of that event, which is null where no
 * event has said it. Numbers are kept as such and not as objects: every session in state has them.
 *
 * @param positionSeconds where the playhead stands
 * @param network the connection
 * @param client the player's device
 * @param avgBitrate the player's running average, bits per second
 * @param playing false after a pause and before the first play
 */
record Latest(
    EventOrder positionAt,
    double positionSeconds,
    EventOrder networkAt,
    EventData.Network network,
    EventOrder clientAt,
    MediaRecord.Client client,
    EventOrder avgBitrateAt,
    long avgBitrate,
    EventOrder playingAt,
    boolean playing) {

  static Latest of(MediaRecord record, EventOrder order) {
    EventData data = record.event().data();
    Double position = Viewing.positionOf(data);
    EventData.Network network = networkOf(data);
    boolean knowsNetwork = network != null && !network.equals(EventData.Network.UNKNOWN);
    boolean knowsClient = !record.client().equals(MediaRecord.Client.UNKNOWN);
    Long avgBitrate = data instanceof EventData.Heartbeat beat ? beat.avgBitrate() : null;
    boolean plays = showsPlaying(data);
    return new Latest(
        position == null ? null : order,
        position == null ? 0 : position,
        knowsNetwork ? order : null,
        knowsNetwork ? network : null,
        knowsClient ? order : null,
        knowsClient ? record.client() : null,
        avgBitrate == null ? null : order,
        avgBitrate == null ? 0 : avgBitrate,
        plays || data instanceof EventData.Pause ? order : null,
        plays);
  }

  private static EventData.Network networkOf(EventData data) {
    if (data instanceof EventData.Heartbeat it) {
      return it.network();
    } else if (data instanceof EventData.SessionStart it) {
      return it.network();
    }
    return data instanceof EventData.BufferingStart it ? it.network() : null;
  }

  private static boolean showsPlaying(EventData data) {
    return data instanceof EventData.Heartbeat
        || data instanceof EventData.Play
        || data instanceof EventData.Milestone
        || data instanceof EventData.BufferingEnd;
  }

  Latest merge(Latest other) {
    int position = compare(positionAt, other.positionAt);
    if (position == 0) {
      position = Double.compare(positionSeconds, other.positionSeconds);
    }
    int link = compare(networkAt, other.networkAt);
    if (link == 0) {
      link = compareText(network, other.network);
    }
    int device = compare(clientAt, other.clientAt);
    if (device == 0) {
      device = compareText(client, other.client);
    }
    int bitrate = compare(avgBitrateAt, other.avgBitrateAt);
    if (bitrate == 0) {
      bitrate = Long.compare(avgBitrate, other.avgBitrate);
    }
    int play = compare(playingAt, other.playingAt);
    if (play == 0) {
      play = Boolean.compare(playing, other.playing);
    }
    if (position >= 0 && link >= 0 && device >= 0 && bitrate >= 0 && play >= 0) {
      return this;
    } else if (position <= 0 && link <= 0 && device <= 0 && bitrate <= 0 && play <= 0) {
      return other;
    }
    return new Latest(
        position >= 0 ? positionAt : other.positionAt,
        position >= 0 ? positionSeconds : other.positionSeconds,
        link >= 0 ? networkAt : other.networkAt,
        link >= 0 ? network : other.network,
        device >= 0 ? clientAt : other.clientAt,
        device >= 0 ? client : other.client,
        bitrate >= 0 ? avgBitrateAt : other.avgBitrateAt,
        bitrate >= 0 ? avgBitrate : other.avgBitrate,
        play >= 0 ? playingAt : other.playingAt,
        play >= 0 ? playing : other.playing);
  }

  /** What has been said is later than what has not. */
  private static int compare(EventOrder a, EventOrder b) {
    if (a == null) {
      return b == null ? 0 : -1;
    }
    return b == null ? 1 : a.compareTo(b);
  }

  /** One event with two contents: any order will do that is always the same. */
  private static int compareText(Object a, Object b) {
    return a == null || a.equals(b) ? 0 : a.toString().compareTo(b.toString());
  }

  /** Null where no event has said it. */
  Double positionOrNull() {
    return positionAt == null ? null : (Double) positionSeconds;
  }

  /** Null where no event has said it. */
  Long avgBitrateOrNull() {
    return avgBitrateAt == null ? null : (Long) avgBitrate;
  }

  /** What usually comes of one event side by side, so that its order is written once. */
  void write(FactWriter out) {
    out.order(positionAt);
    out.order(clientAt);
    out.order(networkAt);
    out.order(avgBitrateAt);
    out.order(playingAt);
    out.decimal(positionSeconds);
    out.optional(client, FactForms::writeClient);
    out.optional(network, FactForms::writeNetwork);
    out.number(avgBitrate);
    out.flag(playing);
  }

  static Latest read(FactReader in) {
    EventOrder positionAt = in.order();
    EventOrder clientAt = in.order();
    EventOrder networkAt = in.order();
    EventOrder avgBitrateAt = in.order();
    EventOrder playingAt = in.order();
    double positionSeconds = in.decimal();
    MediaRecord.Client client = in.optional(FactForms::readClient);
    EventData.Network network = in.optional(FactForms::readNetwork);
    return new Latest(
        positionAt,
        positionSeconds,
        networkAt,
        network,
        clientAt,
        client,
        avgBitrateAt,
        in.number(),
        playingAt,
        in.flag());
  }
}
