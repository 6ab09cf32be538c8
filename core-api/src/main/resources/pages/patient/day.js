// The day as the player sees it: which exercise is done, which comes next, and the bookmark that survives a reload.
import { kept } from '/kit/view.js';

const SAVE_EVERY_MS = 10_000;
const NEAR_THE_END_MS = 1_500;
const UNSENT = 'patient.unsent';

/** What the stage plays of an exercise. */
export const itemOf = exercise => ({
  key: `${exercise.position}/${exercise.render_id}`,
  renderId: exercise.render_id,
  mediaId: exercise.media_id,
  url: exercise.playback_hls_url,
  renewAt: exercise.playback_renew_at,
  title: exercise.display_name,
  poster: exercise.thumbnail_url,
});

export const isDone = exercise => Boolean(exercise.progress?.finished);

/** Where an exercise continues, in seconds: from its beginning when it was as good as over. */
export function resumeAt(exercise) {
  const ms = exercise.progress?.position_ms ?? 0;
  const end = (exercise.duration_seconds ?? Infinity) * 1000;
  return ms < end - NEAR_THE_END_MS ? ms / 1000 : 0;
}

/** The place of the exercise to continue with: the one that was left last, else the first that is not done; -1: all are. */
export function nextPlace(exercises) {
  const open = exercises.filter(one => !isDone(one));
  const left = open.filter(one => one.progress?.position_ms > 0)
    .sort((a, b) => b.progress.updated_at.localeCompare(a.progress.updated_at))[0];
  return exercises.indexOf(left ?? open[0]);
}

/** The next exercise after a place that is not done, or -1. */
export const placeAfter = (exercises, place) => exercises.findIndex((one, i) => i > place && !isDone(one));

export const totalSeconds = exercises => exercises.reduce((sum, one) => sum + (one.duration_seconds ?? 0), 0);

/**
 * Where a moment of a video is in its segment map: {kind, side, set, sets, repetition, repetitions}, or undefined
 * without a map.
 */
export function momentOf(segments, seconds) {
  const here = segments.find(one => seconds >= one.from_seconds && seconds < one.to_seconds);
  if (!here) return undefined;
  if (here.kind !== 'set') return { kind: here.kind };
  const repetitions = here.reps.length - 1;
  const passed = here.reps.findIndex((at, i) => i > 0 && seconds < at);
  return {
    kind: 'set', side: here.side, set: here.set + 1, sets: segments.filter(one => one.kind === 'set').length,
    repetition: passed > 0 ? passed : repetitions, repetitions,
  };
}

/**
 * Writes where the patient is: every 10 s of playback, and at once when it matters. What could not be sent is kept in this tab
 * and sent later. `onState(problem)` gets undefined when the last one arrived, 'signed-out' or 'offline' otherwise.
 */
export function createBookmark(workoutId, onState) {
  const unsent = new Map(Object.entries(kept.get(UNSENT)?.[workoutId] ?? {}));
  let sending;
  let lastAt = -SAVE_EVERY_MS;

  /** Beside what other workouts of this day could not send. */
  function remember() {
    const { [workoutId]: ignored, ...all } = kept.get(UNSENT) ?? {};
    if (unsent.size) all[workoutId] = Object.fromEntries(unsent);
    kept.set(UNSENT, Object.keys(all).length ? all : undefined);
  }
  const addressOf = position => `/v1/workouts/${workoutId}/exercises/${position}/progress`;
  const send = (position, body, keepalive) => fetch(addressOf(position), {
    method: 'PUT', keepalive, credentials: 'same-origin', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });

  async function flush() {
    for (const [position, body] of [...unsent]) {
      const answer = await send(position, body);
      if (answer.status === 401) return 'signed-out';
      // 4xx: the workout was cancelled or the exercise taken out meanwhile, so there is nothing to keep.
      if (!answer.ok && answer.status >= 500) return 'offline';
      if (unsent.get(position) === body) unsent.delete(position);
    }
    return undefined;
  }

  async function pump() {
    if (sending) return;
    sending = flush().catch(() => 'offline');
    const problem = await sending;
    sending = undefined;
    remember();
    onState(problem);
    if (!problem && unsent.size) pump();
  }

  const bookmark = {
    /** Notes a position of an exercise; `now` sends it at once. */
    note(exercise, seconds, { finished = false, now = false } = {}) {
      const before = unsent.get(String(exercise.position));
      const body = { position_ms: Math.max(0, Math.round(seconds * 1000)), finished: finished || Boolean(before?.finished) };
      exercise.progress = { position_ms: body.position_ms, finished: finished || isDone(exercise), updated_at: new Date().toISOString() };
      unsent.set(String(exercise.position), body);
      remember();
      if (!now && performance.now() - lastAt < SAVE_EVERY_MS) return;
      lastAt = performance.now();
      pump();
    },
    /** From a page that may be discarded. */
    leave() {
      unsent.forEach((body, position) => send(position, body, true).catch(() => {}));
    },
    /** What an earlier load of this page could not send counts as the server's own. */
    restore(exercises) {
      for (const exercise of exercises) {
        const body = unsent.get(String(exercise.position));
        if (body) {
          exercise.progress = {
            position_ms: body.position_ms, finished: body.finished || isDone(exercise), updated_at: new Date().toISOString(),
          };
        }
      }
      if (unsent.size) pump();
    },
    retry: () => { if (unsent.size) pump(); },
    /** Resolves when everything has been sent, to the problem if there is one. */
    async settled() {
      while (sending) await sending;
      return unsent.size ? 'offline' : undefined;
    },
  };
  return bookmark;
}
