// The course of a session on one axis of wall time, from what the API answers. Pure: no page, no clock.
import { html, nothing, redraw, svg } from '/kit/core.js';
import { fmt, t } from '/kit/i18n.js';
import { icon, word } from '/kit/ui.js';

const bySize = (a, b) => a.from - b.from;
const known = value => value !== undefined && value !== null;

/**
 * What happened, in milliseconds since the session's start: `states` without gaps between them (start, play, stall, wait,
 * pause), `quality` steps, `bandwidth` samples, `marks` (seeks, errors, milestones, the end), `moments` for the table, and
 * `anchors`, the places where the position in the video is known.
 */
export function courseOf(session) {
  const start = Date.parse(session.started_at);
  const timeline = session.timeline.map(moment => ({ ...moment, details: moment.details ?? {} }));
  const isLive = session.status === 'playing';
  const last = Date.parse(session.ended_at ?? session.last_event_at) - start;
  const length = Math.max(1000, last, ...timeline.map(moment => moment.offset_ms + (moment.details.duration_ms ?? 0)));
  const waits = session.stalls.map(stall => waitOf(stall, start, length)).sort(bySize);
  const states = statesOf(session, timeline, waits, length);
  return {
    start, length, isLive, states, waits,
    quality: qualityOf(session, timeline, waits, length),
    bandwidth: bandwidthOf(session, waits, length),
    marks: timeline.filter(moment => ['seek', 'error', 'milestone', 'end'].includes(moment.kind)),
    moments: timeline,
    anchors: anchorsOf(timeline, states),
  };
}

function waitOf(stall, start, length) {
  const from = Math.max(0, Date.parse(stall.started_at) - start);
  const to = stall.ended_at ? Date.parse(stall.ended_at) - start : known(stall.duration_ms) ? from + stall.duration_ms : length;
  return { ...stall, from, to: Math.max(from, Math.min(to, length)) };
}

/** Waits win over pauses, and pauses over playback. */
function statesOf(session, timeline, waits, length) {
  const edges = [{ at: 0, is: 'start' }];
  const firstFrame = known(session.video_load_time_ms) && session.started_playing
    ? Math.min(session.video_load_time_ms, length) : session.started_playing ? firstPlay(timeline) : length;
  if (firstFrame < length || session.started_playing) edges.push({ at: firstFrame, is: 'play' });
  for (const moment of timeline) {
    if (moment.offset_ms <= firstFrame) continue;
    if (moment.kind === 'pause') edges.push({ at: moment.offset_ms, is: 'pause' });
    if (moment.kind === 'play') edges.push({ at: moment.offset_ms, is: 'play' });
    if (moment.kind === 'end') edges.push({ at: moment.offset_ms, is: 'pause' });
  }
  edges.sort((a, b) => a.at - b.at);
  const base = edges.map((edge, i) => ({ from: edge.at, to: edges[i + 1]?.at ?? length, is: edge.is })).filter(one => one.to > one.from);
  return waits.filter(wait => wait.to > wait.from && wait.cause !== 'startup').reduce(laid, base);
}

const firstPlay = timeline => timeline.find(moment => moment.kind === 'play')?.offset_ms ?? 0;

/** A wait over what lies below it. */
function laid(states, wait) {
  const rest = states.flatMap(one => [
    { ...one, to: Math.min(one.to, wait.from) },
    { ...one, from: Math.max(one.from, wait.to) },
  ].filter(part => part.to > part.from && (part.to <= wait.from || part.from >= wait.to)));
  return [...rest, { from: wait.from, to: wait.to, is: wait.cause === 'stall' ? 'stall' : 'wait', wait }].sort(bySize);
}

function qualityOf(session, timeline, waits, length) {
  const { details } = session;
  const steps = [{ at: 0, resolution: details.initial_resolution, bitrate: details.initial_bitrate }];
  for (const moment of timeline.filter(one => one.kind === 'quality_change')) {
    steps.push({ at: Math.max(0, moment.offset_ms), resolution: moment.details.to_resolution, bitrate: moment.details.to_bitrate, reason: moment.details.reason });
  }
  // Without a recording the waits say what was played until they began, and after the last of them.
  if (steps.length === 1) {
    const later = waits.filter(wait => wait.cause !== 'startup');
    later.forEach((wait, i) => {
      steps.push({ at: later[i - 1]?.to ?? 0, resolution: wait.resolution_before, bitrate: wait.bitrate_before });
      if (i === later.length - 1) steps.push({ at: wait.to, resolution: wait.resolution_after, bitrate: wait.bitrate_after });
    });
  }
  const named = steps.filter(step => step.resolution || step.bitrate).sort((a, b) => a.at - b.at)
    .filter((step, i, all) => all[i + 1]?.at !== step.at);
  return named.filter((step, i) => i === 0 || step.resolution !== named[i - 1].resolution || step.bitrate !== named[i - 1].bitrate)
    .map((step, i, all) => ({ ...step, from: step.at, to: all[i + 1]?.at ?? length }));
}

function bandwidthOf(session, waits, length) {
  const samples = waits.filter(wait => known(wait.effective_bandwidth)).map(wait => ({ at: wait.from, mbps: wait.effective_bandwidth }));
  if (known(session.details.effective_bandwidth)) samples.push({ at: length, mbps: session.details.effective_bandwidth });
  return samples.sort((a, b) => a.at - b.at);
}

/** Where the position is known; after a seek it is the seek's target. */
function anchorsOf(timeline, states) {
  const playsFrom = states.find(one => one.is === 'play')?.from ?? 0;
  const anchors = [{ at: playsFrom, position: 0 }];
  for (const moment of timeline) {
    const position = moment.kind === 'seek' ? moment.details.to_seconds ?? moment.position_seconds : moment.position_seconds;
    if (known(position) && moment.offset_ms >= playsFrom) anchors.push({ at: moment.offset_ms, position, isJump: moment.kind === 'seek' });
  }
  return anchors.sort((a, b) => a.at - b.at);
}

/** What the player did at a time. */
export const stateAt = (course, at) => course.states.find(one => at >= one.from && at < one.to) ?? course.states.at(-1);

/** Where the video stood at a time, in seconds: the last known place and what was played since then. */
export function positionAt(course, at) {
  const i = course.anchors.findLastIndex(anchor => anchor.at <= at);
  if (i < 0) return 0;
  const here = course.anchors[i];
  const next = course.anchors[i + 1];
  const played = course.states.filter(one => one.is === 'play')
    .reduce((sum, one) => sum + Math.max(0, Math.min(one.to, at) - Math.max(one.from, here.at)), 0) / 1000;
  const position = here.position + played;
  return next && !next.isJump && next.position >= here.position ? Math.min(position, next.position) : position;
}

/** The segment of a composed video at a position, with the repetition: {segment, repetition, of}. */
export function placeAt(segments, position) {
  const segment = segments.find(one => position >= one.from_seconds && position < one.to_seconds)
    ?? (segments.length && position >= segments.at(-1).to_seconds ? segments.at(-1) : undefined);
  if (!segment) return undefined;
  const of = Math.max(0, segment.reps.length - 1);
  const repetition = of ? Math.min(of, Math.max(1, segment.reps.filter(from => from <= position).length)) : undefined;
  return { segment, repetition, of };
}

/** The quality at a time, or undefined where it is not known. */
export const qualityAt = (course, at) => course.quality.findLast(step => step.from <= at);

// ---- The axis ----------------------------------------------------------------------------------------------------------

// The axis of a session: what the player did, its quality, the connection and the marks, with zoom and a cursor that is
// moved by pointer, touch and keys.
const LEFT = 9;
const ROWS = { states: [22, 44], quality: [78, 18], bandwidth: [108, 40], marks: [160, 26], scale: [196, 18] };
const HEIGHT = 218;
const LEAST = 2_000;

/** What is shown of the session, in ms: the whole until it is zoomed. */
export const view = { from: 0, to: undefined, width: 800 };

const sizes = new ResizeObserver(([entry]) => {
  const width = Math.max(240, Math.round(entry.contentRect.width));
  if (width !== view.width) { view.width = width; redraw(); }
});
class Measured extends HTMLElement {
  connectedCallback() { sizes.observe(this); }
  disconnectedCallback() { sizes.unobserve(this); }
}
customElements.define('kinebeam-axis', Measured);

const end = course => view.to ?? course.length;
const x = (course, at) => LEFT + ((at - view.from) / (end(course) - view.from)) * (view.width - 2 * LEFT);
const timeAt = (course, pixels) => Math.max(0, Math.min(course.length,
  view.from + ((pixels - LEFT) / (view.width - 2 * LEFT)) * (end(course) - view.from)));

/** Zooms by a factor around a moment; above the whole it is the whole. */
export function zoom(course, factor, around) {
  const span = Math.max(LEAST, Math.min(course.length, (end(course) - view.from) * factor));
  const share = (around - view.from) / (end(course) - view.from || 1);
  view.from = Math.max(0, Math.min(course.length - span, around - span * Math.max(0, Math.min(1, share))));
  view.to = span >= course.length ? undefined : view.from + span;
  if (view.to === undefined) view.from = 0;
  redraw();
}

/** Keeps the cursor inside what is shown. */
export function follow(course, at) {
  if (view.to === undefined || (at >= view.from && at <= view.to)) return;
  const span = view.to - view.from;
  view.from = Math.max(0, Math.min(course.length - span, at - span / 2));
  view.to = view.from + span;
}

const box = (course, row, from, to, className, title) => {
  const [y, height] = ROWS[row];
  const left = Math.max(-2, x(course, from));
  const width = Math.min(view.width + 2, x(course, to)) - left;
  return width <= 0 ? nothing : svg`<rect class=${className} x=${left} y=${y} width=${Math.max(1.5, width)} height=${height} rx="2"><title>${title}</title></rect>`;
};

const stateRow = course => course.states.map(one => box(course, 'states', one.from, one.to, `state-${one.is}`,
  `${t(`session.state.${one.is}`)} · ${fmt.ms(one.to - one.from)}`));

const qualityRow = course => course.quality.map((step, i) => {
  const [y, height] = ROWS.quality;
  const room = x(course, step.to) - Math.max(0, x(course, step.from));
  const label = step.resolution ?? fmt.bitrate(step.bitrate);
  return [box(course, 'quality', step.from, step.to, `quality-step ${i % 2 ? 'odd' : ''}`, `${label}${step.bitrate ? ` · ${fmt.bitrate(step.bitrate)}` : ''}`),
    room > 52 ? svg`<text class="quality-label" x=${Math.max(2, x(course, step.from)) + 6} y=${y + height - 5}>${label}</text>` : nothing];
});

/** Bandwidth as points, and what the rendition needed as a line: below the line the video stalls. */
function bandwidthRow(course) {
  const [y, height] = ROWS.bandwidth;
  const most = Math.max(1, ...course.bandwidth.map(one => one.mbps), ...course.quality.map(one => (one.bitrate ?? 0) / 1e6));
  const place = mbps => y + height - (mbps / most) * (height - 4);
  const needed = course.quality.filter(step => step.bitrate).map(step =>
    svg`<line class="needed" x1=${x(course, step.from)} x2=${x(course, step.to)} y1=${place(step.bitrate / 1e6)} y2=${place(step.bitrate / 1e6)}></line>`);
  const line = course.bandwidth.map((one, i) => `${i ? 'L' : 'M'}${x(course, one.at).toFixed(1)} ${place(one.mbps).toFixed(1)}`).join('');
  const top = course.bandwidth.length || needed.length ? svg`<text class="unit" x="4" y=${y + 2}>${fmt.bitrate(most * 1e6)}</text>` : nothing;
  return svg`${top}<line class="ground-line" x1="0" x2=${view.width} y1=${y + height} y2=${y + height}></line>${needed}
    ${line ? svg`<path class="carried" d=${line}></path>` : nothing}
    ${course.bandwidth.map(one => svg`<circle class="carried-at" cx=${x(course, one.at)} cy=${place(one.mbps)} r="4"><title>${fmt.bitrate(one.mbps * 1e6)}</title></circle>`)}`;
}

const MARKS = { seek: 'M-4 -6 L4 0 L-4 6 Z', error: 'M-5 -5 L5 5 M5 -5 L-5 5', milestone: 'M0 -6 V6', end: 'M-4 -6 H4 V6 H-4 Z' };
const markRow = course => course.marks.map(mark => {
  const [y, height] = ROWS.marks;
  return svg`<g class="mark-${mark.kind}" transform="translate(${x(course, mark.offset_ms)} ${y + height / 2})"><path d=${MARKS[mark.kind]}></path>
    <title>${t(`session.kind.${mark.kind}`)}${mark.details.error_message ? `: ${mark.details.error_message}` : ''}</title></g>`;
});

const STEPS = [100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000];
function scale(course) {
  const [y] = ROWS.scale;
  const span = end(course) - view.from;
  const step = STEPS.find(one => span / one <= view.width / 84) ?? STEPS.at(-1);
  const ticks = [];
  for (let at = Math.ceil(view.from / step) * step; at <= end(course); at += step) ticks.push(at);
  return ticks.map(at => svg`<line class="grid-line" x1=${x(course, at)} x2=${x(course, at)} y1="16" y2=${y}></line>
    <text class="tick" x=${Math.max(16, Math.min(view.width - 18, x(course, at)))} y=${y + 14}>${step < 1000 ? fmt.seconds(at / 1000) : fmt.clock(at / 1000)}</text>`);
}

/** What is at the cursor, in words: for screen readers, and below the axis. */
export function describe(course, at, place) {
  const now = stateAt(course, at);
  const quality = qualityAt(course, at);
  return [fmt.clock(at / 1000), t(`session.state.${now.is}`), now.wait?.verdict ? word('session.verdict', now.wait.verdict) : undefined,
    quality?.resolution, place].filter(Boolean).join(' · ');
}

/** The pointers that are down, by their id: two of them zoom. */
const pointers = new Map();

const KEYS = { ArrowLeft: -1000, ArrowRight: 1000, ArrowDown: -1000, ArrowUp: 1000 };

/** `at` in ms as it is drawn, `now()` as it is since the last key, `seek(at)`, `place` the position in words. */
export function axis({ course, at, now, seek, place }) {
  const pointer = event => timeAt(course, event.clientX - event.currentTarget.getBoundingClientRect().left);

  function down(event) {
    if (event.button) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event.clientX);
    if (pointers.size === 1) seek(pointer(event));
  }
  function move(event) {
    if (!pointers.has(event.pointerId)) return;
    if (pointers.size === 2) pinch(event);
    else seek(pointer(event));
    pointers.set(event.pointerId, event.clientX);
  }
  function pinch(event) {
    const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
    const before = Math.abs(pointers.get(event.pointerId) - other);
    const after = Math.abs(event.clientX - other);
    if (before > 8 && after > 8) zoom(course, before / after, pointer(event));
  }
  const up = event => pointers.delete(event.pointerId);

  function wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(course, Math.exp(event.deltaY / 240), pointer(event));
  }

  function key(event) {
    const moments = course.moments.map(moment => Math.max(0, moment.offset_ms));
    const next = {
      Home: () => 0, End: () => course.length,
      PageDown: () => moments.find(one => one > now() + 1) ?? course.length,
      PageUp: () => moments.findLast(one => one < now() - 1) ?? 0,
    }[event.key];
    if (event.key in KEYS) seek(now() + KEYS[event.key] * (event.shiftKey ? 10 : 1));
    else if (next) seek(next());
    else if (event.key === '+' || event.key === '=') zoom(course, 0.5, at);
    else if (event.key === '-') zoom(course, 2, at);
    else if (event.key === '0') zoom(course, Infinity, at);
    else return;
    event.preventDefault();
  }

  const cursor = x(course, at);
  return html`<kinebeam-axis class="axis">
    <svg class="axis-drawing" viewBox="0 0 ${view.width} ${HEIGHT}" width=${view.width} height=${HEIGHT} role="slider" tabindex="0" aria-label=${t('session.axis')}
      aria-valuemin="0" aria-valuemax=${Math.round(course.length / 1000)} aria-valuenow=${Math.round(at / 1000)} aria-valuetext=${describe(course, at, place)} aria-describedby="axis-keys"
      @pointerdown=${down} @pointermove=${move} @pointerup=${up} @pointercancel=${up} @wheel=${{ handleEvent: wheel, passive: false }} @keydown=${key}>
      ${scale(course)}${stateRow(course)}${qualityRow(course)}${bandwidthRow(course)}${markRow(course)}
      <line class="cursor" x1=${cursor} x2=${cursor} y1="8" y2=${ROWS.scale[0]}></line><circle class="cursor-head" cx=${cursor} cy="9" r="7"></circle></svg>
    <p class="unseen" id="axis-keys">${t('session.keys')}</p></kinebeam-axis>`;
}

/** Buttons that zoom, for those without a wheel. */
export const zoomButtons = (course, at) => html`<div class="zoom" role="group" aria-label=${t('session.zoom')}>
  <button class="icon-button" aria-label=${t('session.zoomIn')} @click=${() => zoom(course, 0.5, at)}>${svgIcon('M12 5v14M5 12h14')}</button>
  <button class="icon-button" aria-label=${t('session.zoomOut')} @click=${() => zoom(course, 2, at)}>${svgIcon('M5 12h14')}</button>
  <button class="button small" ?disabled=${view.to === undefined} @click=${() => zoom(course, Infinity, at)}>${icon('same')}${t('session.zoomWhole')}</button></div>`;

const svgIcon = path => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${path}></path>`}</svg>`;

/** What the colours mean; the words are beside them. */
export const legend = () => html`<ul class="legend axis-legend">${['start', 'play', 'stall', 'wait', 'pause'].map(is => html`<li><i class="state-${is}"></i>${t(`session.state.${is}`)}</li>`)}
  <li><i class="carried-key"></i>${t('session.carried')}</li><li><i class="needed-key"></i>${t('session.needed')}</li></ul>`;
