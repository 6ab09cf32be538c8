// One session: its course on one axis of wall time, the video beside it, every moment as a table, a verdict per stall.
import { address, follow, get, html, nothing, redraw, source, state } from '/kit/core.js';
import { fmt, plural, t } from '/kit/i18n.js';
import { card, chip, empty, figure, heading, icon, name, notice, page, section, skeleton, table, word } from '/kit/ui.js';
import { axis, courseOf, describe, follow as keepInView, legend, positionAt, zoomButtons } from './course.js';
import { SPEEDS, placeName, replay, show, stage, start, stop } from './replay.js';

const id = address.get('id') ?? '';
const path = `/v1/media/sessions/${encodeURIComponent(id)}`;
const session = source(({ signal }) => get(`${path}?timeline=row`, { signal }));
/** The archive takes its time; the page does not wait for it. */
let recorded;
let following;
const live = state({ connection: undefined, isAtEnd: false });

let known;
let course;
/** The course of what was loaded last; every event where there is a recording, the tables' rows until then. */
function courseNow() {
  const data = merged();
  if (data !== known) {
    known = data;
    course = courseOf(data);
    if (live.isAtEnd) cursor = course.length;
    cursor = Math.min(cursor, course.length);
  }
  return course;
}

let mergedOf = [];
let mergedTo;
function merged() {
  const row = session.data;
  const full = recorded?.data;
  if (mergedOf[0] !== row || mergedOf[1] !== full) {
    mergedOf = [row, full];
    mergedTo = full?.timeline_source === 'recording' && row.status !== 'playing'
      ? { ...row, timeline: full.timeline, timeline_source: 'recording', timeline_truncated: full.timeline_truncated } : row;
  }
  return mergedTo;
}

/** What follows from the first answer: a session that plays is followed, one that is over has its recording read. */
let hasBegun = false;
function begin(data) {
  if (hasBegun) return;
  hasBegun = true;
  if (data.status !== 'playing') {
    recorded = source(({ signal }) => get(path, { signal }));
    return;
  }
  live.isAtEnd = address.get('t') === undefined;
  following = follow(`${path}/live`, {
    onState: connection => { live.connection = connection; },
    onEvent: event => {
      if (event.data?.session_id) session.set(event.data);
      if (event.type === 'closed') close();
    },
  });
}

function close() {
  following();
  Object.assign(live, { connection: undefined, isAtEnd: false });
  recorded = source(({ signal }) => get(path, { signal }));
}

// ---- The cursor ------------------------------------------------------------------------------------------------------

let cursor = Math.max(0, Number(address.get('t')) * 1000 || 0);
let writing;

/** Moves the cursor; the address follows when it rests. */
function seek(at, { byReplay = false } = {}) {
  if (!byReplay) live.isAtEnd = false;
  cursor = Math.max(0, Math.min(course?.length ?? Infinity, at));
  keepInView(course, cursor);
  clearTimeout(writing);
  writing = setTimeout(() => address.set({ t: (cursor / 1000).toFixed(1) }, { replace: true }), 300);
  redraw();
}

/** To the first time at which the video stood there. */
function seekToPosition(position) {
  const steps = Math.ceil(course.length / 250);
  for (let i = 0; i <= steps; i++) {
    if (Math.abs(positionAt(course, i * 250) - position) <= 0.3) { seek(i * 250); return; }
  }
}

addEventListener('popstate', () => { cursor = Math.max(0, Number(address.get('t')) * 1000 || 0); });

// ---- Parts -----------------------------------------------------------------------------------------------------------

const STATUS_KINDS = { playing: 'info', completed: 'good', abandoned: 'plain', error: 'bad' };
const VERDICT_KINDS = { network: 'warn', cdn: 'bad', host: 'bad', device: 'warn', content: 'bad', unknown: 'plain' };
const verdict = wait => (wait?.verdict ? chip(VERDICT_KINDS[wait.verdict], word('session.verdict', wait.verdict)) : nothing);

const exercise = data => data.exercise_name ?? data.exercise ?? data.media_id ?? t('session.title');

function trust(data) {
  const { details } = data;
  const lines = [
    details.events_missing ? plural('session.missing', details.events_missing) : undefined,
    details.counters_disagree ? t('session.disagree') : undefined,
    details.events_corrected ? plural('session.corrected', details.events_corrected) : undefined,
    Math.abs(details.clock_skew_ms ?? 0) > 120_000 ? t('session.skew', { time: fmt.duration(Math.abs(details.clock_skew_ms) / 1000) }) : undefined,
    data.timeline_truncated ? t('session.truncated') : undefined,
  ].filter(Boolean);
  return lines.length ? notice('warn', html`<strong>${t('session.incomplete')}</strong> ${lines.join(' ')}`) : nothing;
}

const figures = data => html`<div class="figures session-figures">
  ${figure({ label: t('session.startUp'), value: data.started_playing ? fmt.ms(data.video_load_time_ms) : t('session.never'), window: data.ttfb_ms === undefined ? undefined : t('session.ttfb', { time: fmt.ms(data.ttfb_ms) }) })}
  ${figure({ label: t('session.watched'), value: fmt.duration(data.watched_duration_seconds), window: t('session.completion', { share: fmt.percent(data.completion_percent / 100, 0) }) })}
  ${figure({ label: t('session.stalls'), value: fmt.number(data.stall_count), window: data.stall_count ? t('session.stalledFor', { time: fmt.ms(data.stall_duration_ms) }) : undefined })}
  ${figure({ label: t('session.connection'), value: data.details.effective_bandwidth === undefined ? '–' : fmt.bitrate(data.details.effective_bandwidth * 1e6),
    window: [data.connection_type, data.details.rtt_ms === undefined ? undefined : t('session.rtt', { time: fmt.ms(data.details.rtt_ms) })].filter(Boolean).join(' · ') || undefined })}
</div>`;

const controls = now => html`<div class="controls">
  <button class="button primary" @click=${() => (replay.isPlaying ? stop() : start(now, () => cursor, at => seek(at, { byReplay: true })))}>${icon(replay.isPlaying ? 'pause' : 'play')}${t(replay.isPlaying ? 'session.pause' : 'session.replay')}</button>
  <div class="segments" role="group" aria-label=${t('session.speed')}>${SPEEDS.map(speed => html`<button class="segment ${replay.speed === speed ? 'selected' : ''}" aria-pressed=${replay.speed === speed}
    @click=${() => { replay.speed = speed; }}>${speed}×</button>`)}</div>
  ${zoomButtons(now, cursor)}
  ${live.connection ? html`<button class="button small" aria-pressed=${live.isAtEnd} @click=${() => { live.isAtEnd = true; cursor = now.length; redraw(); }}>${t('session.toEnd')}</button>` : nothing}</div>`;

// ---- Moments and stalls ----------------------------------------------------------------------------------------------

const waitOf = (now, moment) => now.waits.find(wait => wait.stall_id === moment.details.stall_id);

function detail(now, moment) {
  const { details } = moment;
  switch (moment.kind) {
    case 'start_up': return [details.video_load_time_ms && t('session.firstFrame', { time: fmt.ms(details.video_load_time_ms) }), details.initial_resolution].filter(Boolean).join(' · ');
    case 'stall': case 'wait': return html`${fmt.ms(details.duration_ms)} ${verdict(waitOf(now, moment))}`;
    case 'seek': return details.to_seconds === undefined ? nothing : t('session.seekTo', { from: fmt.clock(details.from_seconds), to: fmt.clock(details.to_seconds) });
    case 'quality_change': return t('session.qualityTo', { from: details.from_resolution ?? fmt.bitrate(details.from_bitrate), to: details.to_resolution ?? fmt.bitrate(details.to_bitrate) });
    case 'milestone': return `${fmt.number(details.milestone_percent)} %`;
    case 'error': return html`<bdi class="error-text">${[details.error_code, details.error_message].filter(Boolean).join(': ')}</bdi> ${details.is_fatal ? chip('bad', t('session.fatal')) : nothing}`;
    case 'end': return details.status ? word('session.status', details.status) : nothing;
    default: return nothing;
  }
}

const MOMENTS_AT_ONCE = 100;
const shown = state({ moments: MOMENTS_AT_ONCE });

function moments(now, data) {
  const current = now.moments.findLastIndex(moment => moment.offset_ms <= cursor);
  const rows = now.moments.slice(0, shown.moments);
  return html`${table({ caption: t('session.moments'), rows, isMarked: moment => moment === now.moments[current], columns: [
    { key: 'at', label: t('session.time'), value: moment => html`<button class="moment numbers" @click=${() => seek(Math.max(0, moment.offset_ms))}>${fmt.clock(Math.max(0, moment.offset_ms) / 1000)}</button>` },
    { key: 'kind', label: t('session.what'), value: moment => t(`session.kind.${moment.kind}`) },
    { key: 'position', label: t('session.position'), align: 'end', value: moment => html`<span class="numbers">${fmt.clock(moment.position_seconds)}</span>` },
    { key: 'detail', label: t('session.detail'), value: moment => detail(now, moment) },
  ] })}
  ${now.moments.length > rows.length ? html`<div class="pager"><button class="button" @click=${() => { shown.moments += 400; }}>${t('kit.more')}</button></div>` : nothing}
  ${data.timeline_source === 'row' ? html`<p class="quiet small">${t('session.rowOnly')}</p>` : nothing}`;
}

/** A piece of evidence as a sentence with its figures. */
function evidence(one) {
  const values = {
    segment_error: () => ({ text: one.text }),
    same_minute: () => ({ value: fmt.number(one.value), n: fmt.number(one.n) }),
    same_position: () => ({ value: fmt.number(one.value), n: fmt.number(one.n) }),
    bandwidth: () => ({ value: fmt.bitrate(one.value * 1e6), limit: fmt.bitrate(one.limit * 1e6) }),
    response_time: () => ({ value: fmt.ms(one.value), limit: fmt.ms(one.limit) }),
    round_trip: () => ({ value: fmt.ms(one.value), limit: fmt.ms(one.limit) }),
    dropped_frames: () => ({ value: fmt.percent(one.value), n: fmt.number(one.n) }),
  }[one.code]();
  return html`<li class=${one.holds ? 'holds' : ''}>${icon(one.holds ? 'warning' : 'check')}<span><span class="unseen">${t(one.holds ? 'session.holds' : 'session.holdsNot')}</span> ${t(`session.evidence.${one.code}`, values)}</span></li>`;
}

function stallList(now, data) {
  const stalls = now.waits.filter(wait => wait.cause === 'stall');
  if (!stalls.length) return empty({ title: t('session.noStalls'), text: t('session.noStallsText'), icon: 'check' });
  return html`<ol class="stalls">${stalls.map(stall => html`<li class=${cursor >= stall.from && cursor < stall.to ? 'now' : ''}>
    <div class="stall-head"><button class="moment numbers" @click=${() => seek(stall.from)}>${fmt.clock(stall.from / 1000)}</button>
      <strong class="numbers">${fmt.ms(stall.duration_ms)}</strong>${verdict(stall)}
      <span class="quiet small">${[stall.position_seconds === undefined ? undefined : data.video && placeName(data.video.segments, stall.position_seconds), stall.recovered === false ? t('session.notRecovered') : undefined].filter(Boolean).join(' · ')}</span></div>
    <p class="small">${t(`session.why.${stall.verdict}`)}</p>
    <ul class="evidence">${stall.evidence?.length ? stall.evidence.map(evidence) : html`<li class="quiet">${t('session.noEvidence')}</li>`}</ul></li>`)}</ol>`;
}

function recordingLink() {
  if (!recorded) return nothing;
  const data = recorded.data;
  if (recorded.status === 'loading') return html`<p class="quiet small" role="status">${icon('clock')} ${t('session.recordingLoading')}</p>`;
  if (data?.recording_url) return html`<a class="button" href=${data.recording_url} rel="noopener" download>${icon('download')}${plural('session.recording', data.recording?.events ?? 0)}</a>`;
  return html`<p class="quiet small">${icon('info')} ${word('session.noRecording', data?.recording_reason?.code ?? 'archive_away')}</p>`;
}

// ---- The page --------------------------------------------------------------------------------------------------------

function content(row) {
  begin(row);
  const now = courseNow();
  const data = merged();
  const place = data.video ? placeName(data.video.segments, positionAt(now, cursor)) : undefined;
  queueMicrotask(() => show(now, cursor));
  return html`${trust(data)}${figures(data)}
    <div class="session-grid">
      ${card(t('session.course'), html`<div class="axis-box">${axis({ course: now, at: cursor, now: () => cursor, seek, place })}</div>
        <p class="cursor-text">${describe(now, cursor, place)} <span class="quiet small">${fmt.timeExact(now.start + cursor)}</span></p>${controls(now)}${legend()}`,
      { actions: live.connection ? chip(live.connection === 'live' ? 'info' : 'warn', t(`session.live.${live.connection}`), true) : nothing })}
      ${card(t('session.video'), stage(data, now, cursor, seekToPosition))}
    </div>
    <div class="split">
      ${card(t('session.moments'), moments(now, data), { actions: recordingLink(), id: 'moments' })}
      ${card(t('session.stallsAndWhy'), stallList(now, data), { id: 'stalls' })}
    </div>`;
}

function sub(data) {
  return html`<a href="/therapist/patient?id=${data.patient_id}">${name(data.patient_name ?? t('session.patient'))}</a> · <time datetime=${data.started_at}>${fmt.dayTime(data.started_at)}</time>
    · ${[...new Set([data.device, data.os, data.browser].filter(Boolean))].join(', ') || t('session.unknownDevice')} ${chip(STATUS_KINDS[data.status], word('session.status', data.status))}`;
}

page({
  words: 'session',
  title: () => (session.data ? exercise(session.data) : t('session.title')),
  roles: ['specialist', 'clinic_admin'],
  view: () => html`<div class="stack">
    ${heading(session.data ? name(exercise(session.data)) : t('session.title'), { sub: session.data ? sub(session.data) : undefined })}
    <h2 class="unseen">${t('session.overview')}</h2>
    ${section(session, content, { loading: html`${skeleton.figures(4)}${skeleton.chart()}${skeleton.rows(4)}` })}
  </div>`,
});
