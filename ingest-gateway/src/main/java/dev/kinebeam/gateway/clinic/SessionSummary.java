package dev.kinebeam.gateway.clinic;

import java.util.List;
import java.util.UUID;

/**
 * One playback session in a list.
 *
 * @param exercise the slug, where the catalogue knows the media id
 */
record SessionSummary(
    UUID sessionId,
    UUID patientId,
    String mediaId,
    String exercise,
    UUID renderId,
    String startedAt,
    String endedAt,
    String lastEventAt,
    String status,
    String endedBy,
    boolean startedPlaying,
    double watchedDurationSeconds,
    double completionPercent,
    Long ttfbMs,
    Long videoLoadTimeMs,
    int stallCount,
    long stallDurationMs,
    Long avgBitrate,
    String peakResolution,
    String connectionType,
    String device,
    String os,
    String browser,
    String appVersion,
    long errorCount,
    List<String> errorTypes,
    boolean fatalError) {}
