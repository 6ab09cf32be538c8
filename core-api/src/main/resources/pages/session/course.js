// The course of a session on one axis of wall time, from what the API answers. Pure: no page, no clock.

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
