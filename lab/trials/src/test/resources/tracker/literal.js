// The minimal integration of the specification of media events, as it is printed there; only `telemetry` and what it
// writes as "{ ... }" are filled in.
export function integrate(videoElement, videoUrl, hashedExerciseId, hlsPlayer, telemetry) {
  let bufferStartTime = null;
  let bufferCount = 0;
  let totalBufferMs = 0;
  const totalWatchedTime = 0;

  // Initialize on video mount
  const sessionId = crypto.randomUUID();

  // Session start — measure loading performance
  const clickTime = performance.now();

  videoElement.addEventListener('canplay', () => {
    const loadTime = performance.now() - clickTime;
    const timing = performance.getEntriesByName(videoUrl)[0];

    telemetry.track({
      event: 'session_start',
      session_id: sessionId,
      media_id: hashedExerciseId,
      media_type: 'video',
      data: {
        total_duration_seconds: videoElement.duration,
        ttfb_ms: timing?.responseStart - timing?.requestStart,
        video_load_time_ms: Math.round(loadTime),
        cdn_response_time_ms: timing?.responseStart - timing?.connectEnd,
        connection_type: navigator.connection?.effectiveType ?? 'unknown',
        effective_bandwidth: navigator.connection?.downlink,
        rtt_ms: navigator.connection?.rtt,
      }
    });
  });

  // Heartbeat — every 10 seconds during playback
  const heartbeatInterval = setInterval(() => {
    if (videoElement.paused) return;
    const quality = videoElement.getVideoPlaybackQuality?.();

    telemetry.track({
      event: 'heartbeat',
      session_id: sessionId,
      data: {
        position_seconds: videoElement.currentTime,
        watched_duration_seconds: totalWatchedTime,
        completion_percent: (videoElement.currentTime / videoElement.duration) * 100,
        buffering_count: bufferCount,
        buffering_duration_ms: totalBufferMs,
        dropped_frames: quality?.droppedVideoFrames ?? 0,
        total_frames: quality?.totalVideoFrames ?? 0,
        current_bitrate: hlsPlayer?.bandwidthEstimate,
        // ... other metrics
      }
    });
  }, 10_000);

  // Buffering detection
  videoElement.addEventListener('waiting', () => {
    bufferStartTime = performance.now();
    telemetry.track({ event: 'buffering_start', session_id: sessionId, data: { position_seconds: videoElement.currentTime } });
  });

  videoElement.addEventListener('playing', () => {
    if (bufferStartTime) {
      const duration = performance.now() - bufferStartTime;
      bufferCount++;
      totalBufferMs += duration;
      telemetry.track({ event: 'buffering_end', session_id: sessionId, data: { duration_ms: duration, position_seconds: videoElement.currentTime } });
      bufferStartTime = null;
    }
  });

  return { sessionId, stop: () => clearInterval(heartbeatInterval) };
}
