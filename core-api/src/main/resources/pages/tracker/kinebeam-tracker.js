// Reports how a video plays. README.md has the reasons.
const SHORT = 250, SURE = 300, ASLEEP = 4e3, BEAT = 1e4; // ms
const BATCH = 25, MOST = 1e3; // events
const INPUT = /click|key|pointer|mouse|touch/;
const SEGMENT = /\.(m4.|ts|mp4|cmf.|aac|webm)(\?|$)/;
const MEDIA = ['NETWORK', 'ABORTED', 'NETWORK', 'DECODE', 'SRC_NOT_SUPPORTED'].map(name => 'MEDIA_ERR_' + name);
const KINDS = { networkError: 2, mediaError: 3, 1: 2, 3: 3 };
const kind = type => MEDIA[KINDS[type]] ?? (/^(6|key)/.test(type) ? 'DRM_ERROR' : MEDIA[0]);

const now = () => performance.now();
const within = (promise, ms) =>
  Promise.race([promise, new Promise((_, refuse) => setTimeout(refuse, ms, 'timeout'))]);

function outbox({ endpoint, token, appVersion }, allowed, log) {
  const asks = typeof token === 'function';
  let queue = [], bearer = asks ? '' : token, renewed = 0, busy, dead, urgent, until = 0, failures = 0, size = 100;

  const ready = () => queue.filter(event => event !== box.held);
  const remove = batch => { queue = queue.filter(event => !batch.includes(event)); };
  const body = (events, token) =>
    JSON.stringify({ token, sent_at: new Date().toISOString(), app_version: appVersion, events });

  function stop(why) {
    dead = true;
    queue = [];
    log('stopped', why);
  }

  function pause(seconds) {
    const ms = Math.max(1e3 * (seconds || 0), Math.min(6e4, 1e3 * 2 ** failures++)) * (1 + Math.random() / 2);
    until = Date.now() + ms;
    return ms;
  }

  function answered(status, batch, seconds) {
    log('answered', status);
    if (status === 403 || (status === 401 && !asks)) return stop(status);
    if (status === 401) {
      bearer = '';
      return failures ? pause() : ++failures;
    }
    if (status === 413 && batch.length > 1) return size = batch.length >> 1;
    if (status === 429 || status === 408 || status >= 500) return pause(seconds);
    remove(batch);
    failures = 0;
  }

  async function pump() {
    const batch = ready().slice(0, size);
    if (busy || dead || !batch.length || Date.now() < until) return;
    if (navigator.onLine === false) return addEventListener('online', pump, { once: true });
    busy = true;
    let again;
    try {
      if (!allowed()) return stop('consent');
      if (asks && (!bearer || Date.now() > renewed + 3e5)) {
        bearer = '';
        bearer = await within(token(), BEAT);
        renewed = Date.now();
      }
      const headers = { Authorization: 'Bearer ' + bearer, 'Content-Type': 'application/json' };
      let content = body(batch);
      if (globalThis.CompressionStream) {
        content = await new Response(new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
        headers['Content-Encoding'] = 'gzip';
      }
      const answer = await within(fetch(endpoint, { method: 'POST', headers, body: content }), 2 * BEAT);
      again = answered(answer.status, batch, answer.headers.get('Retry-After'));
    } catch (error) {
      again = pause();
      log('not sent', error);
    }
    busy = false;
    if (again) setTimeout(() => pump(until = 0), again);
    else if (ready().length >= (urgent ? 1 : BATCH)) pump();
    else urgent = false;
  }

  const box = {
    held: null,
    pump,
    add(event) {
      if (dead) return;
      if (queue.length >= MOST) queue.splice(1, 1);
      queue.push(event);
      if (ready().length >= BATCH) pump();
    },
    flush() {
      urgent = true;
      pump();
    },
    leave() {
      if (dead || !bearer) return;
      if (!allowed()) return stop('consent');
      for (let rest = queue; rest.length; rest = rest.slice(0, -50)) {
        const batch = rest.slice(-50), text = body(batch, bearer);
        const beacon = () => navigator.sendBeacon(endpoint, text);
        if ('keepalive' in Request.prototype) {
          fetch(endpoint, { method: 'POST', keepalive: true, body: text })
            .then(answer => answered(answer.status, batch), beacon).catch(log);
        } else beacon();
      }
    },
  };
  return box;
}

function start(video, options) {
  const { mediaId, renderId, mediaType = 'video', hls, shaka, consent, debug } = options;
  const log = (...what) => {
    try {
      if (debug) (typeof debug === 'function' ? debug : console.debug)('tracker', ...what);
    } catch { /* never into the page */ }
  };
  const safely = f => (...given) => {
    try {
      return f(...given);
    } catch (error) {
      log('failed', error);
    }
  };
  const later = (f, ms) => setTimeout(safely(f), ms);
  const undo = [];
  const on = (target, type, f) => {
    const [add, remove] = target.on ? ['on', 'off'] : ['addEventListener', 'removeEventListener'];
    f = safely(f);
    target[add](type, f);
    undo.push(() => target[remove](type, f));
  };
  const allowed = safely(() => (typeof consent === 'function' ? consent() : consent) === true);
  const box = outbox(options, allowed, log);
  const urls = new Set();
  const input = globalThis.event;
  let clickedAt = options.clickedAt ?? (input?.isTrusted && INPUT.test(input.type) ? input.timeStamp : undefined);
  let v, first, cdn, level = -1, stale = handles.has(video) && video.readyState;

  const playing = () => !video.paused && !video.ended;
  const rate = () => 1e3 / (video.playbackRate || 1);
  const completion = () => Math.min(100, v.watched / video.duration * 100);

  function playedTotal() {
    let sum = 0, ranges = video.played;
    for (let i = 0; i < ranges.length; i++) sum += ranges.end(i) - ranges.start(i);
    return sum;
  }

  function rendition() {
    const shown = hls ? hls.levels?.[level < 0 ? hls.currentLevel : level]
      : shaka?.getVariantTracks().find(track => track.active);
    const height = shown?.height || video.videoHeight;
    return { bitrate: shown?.bitrate ?? shown?.bandwidth, resolution: height ? height + 'p' : undefined };
  }

  function network() {
    const { effectiveType, downlink, rtt } = navigator.connection ?? {};
    return { connection_type: effectiveType, effective_bandwidth: downlink, rtt_ms: rtt };
  }

  function totals() {
    const frames = video.getVideoPlaybackQuality?.();
    return {
      watched_duration_seconds: v.watched, completion_percent: completion(),
      buffering_count: v.stalls, buffering_duration_ms: v.stallMs,
      bitrate_switches: v.bitrates, resolution_switches: v.resolutions,
      dropped_frames: frames?.droppedVideoFrames, total_frames: frames?.totalVideoFrames,
      error_count: v.errors, error_types: [...v.codes],
    };
  }

  function emit(event, data, at = now()) {
    if (!allowed()) return;
    seekIsOver();
    v.over = event === 'session_end';
    const sent = {
      event, session_id: v.id, event_id: crypto.randomUUID(), seq: v.seq++,
      timestamp: new Date(Date.now() - now() + at).toISOString(),
      media_id: mediaId, media_type: mediaType, render_id: renderId, data,
    };
    if (event === 'session_start') box.held = sent;
    box.add(sent);
    log(event, sent);
  }

  function begin(at) {
    if (v || !allowed()) return;
    const mine = v = {
      id: crypto.randomUUID(), asked: at, pos: video.currentTime, at: now(), total: playedTotal(),
      seq: 0, plays: 0, watched: 0, stalls: 0, stallMs: 0, bitrates: 0, resolutions: 0, bits: 0, bitSeconds: 0,
      peak: 0, errors: 0, moved: false, fresh: false, codes: new Set(), passed: new Set(), start: {},
    };
    emit('session_start', v.start, at);
    const frame = safely((at, { presentationTime }) => {
      if (stale) video.requestVideoFrameCallback(frame);
      else if (v === mine) started(Math.min(at, presentationTime || at));
    });
    if (v.total && !stale) {
      const shown = now() - v.total * rate();
      v.moved = true;
      started(clickedAt <= shown ? shown : undefined);
    } else if (document.hidden) started();
    else video.requestVideoFrameCallback?.(frame);
    clickedAt = undefined;
    later(box.flush);
  }

  function started(at) {
    if (!box.held) return;
    v.quality = rendition();
    v.url = hls?.url;
    Object.assign(v.start, {
      total_duration_seconds: video.duration, ...first,
      video_load_time_ms: at && Math.max(0, Math.round(at - v.asked)),
      initial_bitrate: v.quality.bitrate, initial_resolution: v.quality.resolution, ...network(),
    });
    box.held = null;
  }

  function finish() {
    if (!v || v.over) return;
    sample();
    endWait(now());
    started();
    emit('session_end', {
      final_position_seconds: v.pos,
      status: v.fatal ? 'error' : completion() >= 95 ? 'completed' : 'abandoned',
      ...totals(),
    });
    box.flush();
  }

  function sample() {
    if (!v || stale || video.seeking || !video.readyState) return;
    const t = now(), pos = video.currentTime, step = pos - v.pos, w = v.wait;
    if (w && playing() && pos > w.pos + 0.02 && video.readyState > 2) {
      endWait(Math.max(w.at, t - (pos - w.pos) * rate()), true);
    }
    if (!step) return;
    if (step > 0) played(step);
    v.pos = pos;
    v.at = t;
    v.total = playedTotal();
    if (!video.requestVideoFrameCallback && v.moved) started(t);
  }

  function played(step) {
    v.watched += step;
    v.moved = true;
    v.fresh = false;
    if (v.quality?.bitrate) {
      v.bits += step * v.quality.bitrate;
      v.bitSeconds += step;
      v.peak = Math.max(v.peak, v.quality.bitrate);
    }
    for (const percent of [25, 50, 75, 95]) {
      const place = video.duration * percent / 100, to = v.pos + step;
      if (v.pos < place && place <= to && !v.passed.has(percent)) {
        v.passed.add(percent);
        emit('milestone', {
          milestone_percent: percent, position_seconds: to, elapsed_real_seconds: (now() - v.asked) / 1e3,
        });
      }
    }
  }

  function seeking({ timeStamp: t }) {
    if (!v) return;
    const to = video.currentTime, since = playedTotal() - v.total;
    const more = since > 0 && since < 2 ? since : 0;
    const from = v.pos + more;
    if (!v.seek) {
      if (Math.abs(to - from) <= 0.25) return;
      if (more) played(more);
      endWait(t);
      v.seek = { from, at: t };
    }
    v.seek.to = v.pos = to;
    v.at = t;
    v.total += since;
    v.fresh = true;
    if (playing()) wait(false, t);
    clearTimeout(v.seek.timer);
    v.seek.timer = later(() => seekIsOver(), SHORT);
  }

  function seekIsOver() {
    const seek = v?.seek;
    if (!seek) return;
    v.seek = null;
    emit('seek', { from_seconds: seek.from, to_seconds: seek.to }, seek.at);
  }

  function waiting({ timeStamp }) {
    if (!v || !playing() || document.hidden || v.fatal) return;
    const stall = v.moved && !v.fresh, stopped = v.at + (video.currentTime - v.pos) * rate();
    const t = (video.readyState < 3 && timeStamp) || now();
    sample();
    if (!v.wait) wait(stall, stall ? Math.min(t, Math.max(stopped, t - 500)) : t);
  }

  function wait(stall, at) {
    const w = v.wait = { stall, at, pos: video.currentTime, tick: Date.now(), quality: rendition(), cdn };
    const poll = () => {
      if (v?.wait !== w) return;
      if (Date.now() - w.tick > ASLEEP) {
        endWait(w.seen, false);
        return seen();
      }
      w.tick = Date.now();
      w.seen = now();
      sample();
      if (v?.wait !== w) return;
      if (now() - at > SURE) reportWait(w);
      later(poll, 50);
    };
    poll();
  }

  function reportWait(w) {
    if (w.sent) return;
    w.sent = true;
    v.stalls += w.stall;
    emit('buffering_start', {
      position_seconds: w.pos, bitrate_before: w.quality.bitrate, resolution_before: w.quality.resolution,
      cdn_response_time_ms: w.cdn, ...network(),
    }, w.at);
  }

  function endWait(at, recovered) {
    const w = v.wait, ms = Math.max(0, Math.round(at - w?.at));
    v.wait = null;
    if (!w || (!w.sent && ms < SHORT)) return;
    reportWait(w);
    v.stallMs += w.stall * ms;
    if (recovered === undefined) return;
    const next = rendition();
    emit('buffering_end', {
      position_seconds: w.pos, duration_ms: ms, recovered,
      bitrate_after: next.bitrate, resolution_after: next.resolution,
    }, at);
  }

  function quality() {
    if (!v?.quality) return;
    const next = rendition(), last = v.quality;
    const bits = next.bitrate !== last.bitrate, lines = next.resolution !== last.resolution;
    if (!next.resolution || !(bits || lines)) return;
    if (shaka && lines && next.resolution !== video.videoHeight + 'p') return;
    sample();
    v.quality = next;
    v.bitrates += bits;
    v.resolutions += lines;
    const up = (next.bitrate ?? parseInt(next.resolution)) > (last.bitrate ?? parseInt(last.resolution));
    const manual = hls ? !hls.autoLevelEnabled : shaka && !shaka.getConfiguration().abr.enabled;
    emit('quality_change', {
      position_seconds: video.currentTime, from_bitrate: last.bitrate, to_bitrate: next.bitrate,
      from_resolution: last.resolution, to_resolution: next.resolution,
      reason: manual ? 'user_manual' : up ? 'bandwidth_increase' : v.wait ? 'buffer_low' : 'bandwidth_decrease',
    });
  }

  function fault(code, message, fatal, http) {
    if (fatal) begin(clickedAt ?? now());
    if (!v || v.fatal || v.errors > 99) return;
    sample();
    if (fatal) {
      endWait(now());
      started();
      v.fatal = true;
    }
    if (http >= 400) code = 'HTTP_' + http;
    v.errors++;
    v.codes.add(code);
    emit('error', {
      error_code: code, error_message: message, position_seconds: v.pos, is_fatal: fatal,
      recovery_action: fatal ? null : 'retry_segment',
    });
    if (fatal) box.flush();
  }

  function seen() {
    v.at = now();
    if (video.readyState < 3) waiting({});
  }

  on(video, 'play', ({ timeStamp: t }) => {
    begin(clickedAt ?? t);
    if (!v) return;
    v.at = t; // no wait began before
    emit('play', { position_seconds: video.currentTime, is_resume: v.plays++ > 0 }, t);
  });
  on(video, 'pause', ({ timeStamp: t }) => {
    if (!v || video.ended) return;
    sample();
    endWait(t);
    emit('pause', { position_seconds: video.currentTime }, t);
  });
  on(video, 'ended', finish);
  on(video, 'waiting', waiting);
  on(video, 'playing', sample);
  on(video, 'timeupdate', sample);
  on(video, 'seeking', seeking);
  on(video, 'resize', quality);
  on(video, 'error', () => fault(MEDIA[video.error.code], video.error.message, !hls && !shaka));
  on(video, 'emptied', () => {
    if (stale) return stale = 0;
    if (!v?.moved || (v.url && v.url === hls?.url)) return;
    finish();
    v = first = null;
    level = -1;
  });
  on(document, 'visibilitychange', () => {
    if (!v) return;
    if (!document.hidden) return seen();
    sample();
    endWait(now(), false);
    started();
    box.leave();
  });
  on(globalThis, 'pagehide', () => {
    finish();
    box.leave();
  });
  on(globalThis, 'pageshow', ({ persisted }) => {
    if (!persisted || !v || !playing()) return;
    emit('play', { position_seconds: video.currentTime, is_resume: true });
    seen();
  });

  const timer = setInterval(safely(() => {
    if (v && playing() && !v.fatal) {
      sample();
      emit('heartbeat', {
        position_seconds: video.currentTime, ...totals(), ...network(),
        current_bitrate: v.quality?.bitrate, current_resolution: v.quality?.resolution,
        avg_bitrate: Math.round(v.bits / v.bitSeconds), peak_bitrate: v.peak || null,
      });
    }
    box.pump();
  }), BEAT);
  undo.push(() => clearInterval(timer));

  safely(() => {
    const observer = new PerformanceObserver(safely(list => list.getEntries().forEach(entry => {
      const { name, requestStart, responseStart } = entry;
      const mine = hls ? urls.delete(name) : name === video.currentSrc || (shaka && SEGMENT.test(name));
      if (!mine || !requestStart) return;
      const since = from => (responseStart < from ? null : Math.max(1, responseStart - from));
      cdn = since(entry.connectEnd);
      first ??= { ttfb_ms: since(requestStart), cdn_response_time_ms: cdn };
      if (v) Object.assign(v.start, first);
    })));
    observer.observe({ type: 'resource', buffered: true });
    undo.push(() => observer.disconnect());
  })();

  if (hls) {
    hls.levels?.forEach(({ details }) => details?.fragments.forEach(({ url }) => urls.add(url)));
    on(hls, 'hlsFragLoading', (_, { frag }) => {
      urls.add(frag.url);
      if (level < 0 && frag.type === 'main') level = frag.level;
    });
    on(hls, 'hlsLevelSwitched', (_, shown) => {
      level = shown.level;
      quality();
    });
    on(hls, 'hlsError', (_, { type, details, fatal, response, frag }) => {
      if (/^buffer(Stalled|Nudge|SeekOver|Full)/.test(details)) return;
      fault(/TimeOut/.test(details) ? 'TIMEOUT' : kind(type), details + (frag ? ' of segment ' + frag.sn : ''),
        fatal, response?.code);
    });
  }
  if (shaka) {
    on(shaka, 'adaptation', quality);
    on(shaka, 'variantchanged', quality);
    on(shaka, 'buffering', ({ buffering }) => buffering && waiting({}));
    on(shaka, 'error', ({ detail: { code, category, severity, data } }) =>
      fault(code === 1003 ? 'TIMEOUT' : kind(category), 'Shaka Player ' + code, severity === 2,
        code === 1001 && data[1]));
  }

  later(() => { stale = 0; }, 2e3);
  if (playing() || video.autoplay || clickedAt !== undefined) begin(clickedAt ?? now());

  return {
    get sessionId() { return v?.id ?? null; },
    end: safely(() => {
      finish();
      v = null;
      undo.splice(0).forEach(f => safely(f)());
      box.flush();
    }),
  };
}

const handles = new WeakMap();

/** Tracks what `video` plays, until `end()` or the next call for it. Never throws. */
export function track(video, options) {
  try {
    handles.get(video)?.end();
    const handle = start(video, options);
    handles.set(video, handle);
    return handle;
  } catch {
    return { end() {} };
  }
}
