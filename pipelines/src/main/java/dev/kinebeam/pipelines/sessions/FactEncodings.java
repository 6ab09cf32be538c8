package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;

/** What events say, as bytes; each pair of methods is part of the layout of saved state. */
final class FactEncodings {
  private FactEncodings() {}

  static void writeMedia(FactWriter out, Opening.Media it) {
    out.text(it.mediaId());
    out.optionalText(it.mediaType());
  }

  static Opening.Media readMedia(FactReader in) {
    return new Opening.Media(in.text(), in.optionalText());
  }

  static void writeStart(FactWriter out, EventData.SessionStart it) {
    out.optional(it.totalDurationSeconds(), FactWriter::decimal);
    out.optional(it.ttfbMs(), FactWriter::number);
    out.optional(it.videoLoadTimeMs(), FactWriter::number);
    out.optional(it.cdnResponseTimeMs(), FactWriter::number);
    writeNetwork(out, it.network());
    out.optional(it.initialBitrate(), FactWriter::number);
    out.optionalText(it.initialResolution());
  }

  static EventData.SessionStart readStart(FactReader in) {
    return new EventData.SessionStart(
        in.optional(FactReader::decimal),
        in.optional(FactReader::number),
        in.optional(FactReader::number),
        in.optional(FactReader::number),
        readNetwork(in),
        in.optional(FactReader::number),
        in.optionalText());
  }

  static void writeWait(FactWriter out, EventData.BufferingStart it) {
    out.optional(it.positionSeconds(), FactWriter::decimal);
    out.optional(it.bitrateBefore(), FactWriter::number);
    out.optionalText(it.resolutionBefore());
    out.optional(it.cdnResponseTimeMs(), FactWriter::number);
    writeNetwork(out, it.network());
  }

  static EventData.BufferingStart readWait(FactReader in) {
    return new EventData.BufferingStart(
        in.optional(FactReader::decimal),
        in.optional(FactReader::number),
        in.optionalText(),
        in.optional(FactReader::number),
        readNetwork(in));
  }

  static void writeWaitEnd(FactWriter out, EventData.BufferingEnd it) {
    out.optional(it.positionSeconds(), FactWriter::decimal);
    out.optional(it.durationMs(), FactWriter::number);
    out.optional(it.bitrateAfter(), FactWriter::number);
    out.optionalText(it.resolutionAfter());
    out.optional(it.recovered(), FactWriter::flag);
  }

  static EventData.BufferingEnd readWaitEnd(FactReader in) {
    return new EventData.BufferingEnd(
        in.optional(FactReader::decimal),
        in.optional(FactReader::number),
        in.optional(FactReader::number),
        in.optionalText(),
        in.optional(FactReader::flag));
  }

  /** Without what no row holds; the message is cut. */
  static void writeError(FactWriter out, EventData.PlaybackError it) {
    out.optionalText(it.errorCode());
    out.optionalText(cut(it.errorMessage()));
    out.optional(it.positionSeconds(), FactWriter::decimal);
    out.flag(it.isFatal());
  }

  static EventData.PlaybackError readError(FactReader in) {
    return new EventData.PlaybackError(
        in.optionalText(), in.optionalText(), in.optional(FactReader::decimal), in.flag(), null);
  }

  private static String cut(String message) {
    if (message == null || message.length() <= EventDetails.LONGEST_MESSAGE) {
      return message;
    }
    int end = EventDetails.LONGEST_MESSAGE;
    return message.substring(0, Character.isHighSurrogate(message.charAt(end - 1)) ? end - 1 : end);
  }

  static void writeNetwork(FactWriter out, EventData.Network it) {
    out.optionalText(it.connectionType());
    out.optional(it.effectiveBandwidth(), FactWriter::decimal);
    out.optional(it.rttMs(), FactWriter::number);
  }

  static EventData.Network readNetwork(FactReader in) {
    return new EventData.Network(
        in.optionalText(), in.optional(FactReader::decimal), in.optional(FactReader::number));
  }
}
