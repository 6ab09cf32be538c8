// One workout being done: its order, resuming and the bookmark that survives a reload; which exercise is on stage, what
// happens when it ends, and what is reported of it.
import { kept, post, redraw } from '/kit/core.js';
import { t } from '/kit/i18n.js';
import { createReporter, createStage } from './stage.js';

const SAVE_EVERY_MS = 10_000;
const NEAR_THE_END_MS = 1_500;
const UNSENT = 'patient.unsent';

const NONE = { segments: [] };

/** The video of an exercise that plays: the first one that was not given up. */
export const sourceOf = exercise => exercise.sources[exercise.givenUp ?? 0] ?? NONE;

export const secondsOf = exercise => sourceOf(exercise).duration_seconds;

/** What the stage plays of an exercise. */
export function itemOf(exercise) {
  const source = sourceOf(exercise);
  return {
    key: `${exercise.position}${source.playback_path}`,
    playback: source.playback_path,
    renderId: source.render_id,
    mediaId: source.media_id,
    url: source.playback_hls_url,
    renewAt: source.playback_renew_at,
    title: exercise.display_name,
    poster: source.thumbnail_url,
  };
}

export const isDone = exercise => Boolean(exercise.progress?.finished);

/** Where an exercise continues, in seconds: from its beginning when it was as good as over. */
export function resumeAt(exercise) {
  const ms = exercise.progress?.position_ms ?? 0;
  const end = (secondsOf(exercise) ?? Infinity) * 1000;
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

export const totalSeconds = exercises => exercises.reduce((sum, one) => sum + (secondsOf(one) ?? 0), 0);

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

// ---- The workout on stage ----------------------------------------------------------------------------------------------

const COUNTDOWN_SECONDS = 5;
const STEP_SECONDS = 10;
const FIRST_RETRY_MS = 4_000;
const RETRIES = 4;
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('kinebeam.workout') : undefined;

/**
 * The controller of a workout. `phase`: 'ready' (nothing was played since the page was loaded), 'playing', 'between' (the
 * next exercise begins in `left` seconds, or on a click where `left` is undefined), 'open' (the end was reached, and exercises are left),
 * 'done'. `place` is the exercise on stage.
 */
export function createWorkout(workout, { clinic, consent, onReload }) {
  const { exercises } = workout;
  const bookmark = createBookmark(workout.workout_id, problem => { self.unsaved = problem; redraw(); });
  bookmark.restore(exercises);
  const life = new AbortController();
  const { signal } = life;
  let timer;
  let retries = 0;

  const reporter = createReporter(consent);
  const stage = createStage({ onEvent, onTurn: slot => { reporter.follow(slot, self.askedAt); } });
  const start = nextPlace(exercises);
  const self = {
    workout, exercises, stage,
    phase: workout.status === 'completed' ? 'done' : 'ready',
    place: Math.max(0, start),
    left: undefined,
    unsaved: undefined,
    problem: undefined,
    retryAt: undefined,
    needsClick: false,
    isCompleting: false,
    get exercise() { return exercises[self.place]; },
    get isPlaying() { return self.phase === 'playing' && !stage.video.paused && !self.problem; },
    get isWaiting() { return self.isPlaying && stage.video.readyState < 3; },
    get seconds() { return stage.item ? stage.video.currentTime : resumeAt(self.exercise); },
    get duration() { return Number.isFinite(stage.video.duration) ? stage.video.duration : secondsOf(self.exercise) ?? 0; },
    begin, toggle, seek, step: by => seek(self.seconds + by * STEP_SECONDS), go, next, previous, wait, retry, complete, end, again,
  };

  if (self.phase === 'ready' && start < 0) complete();
  else if (self.phase === 'ready') prepareFirst();

  /** The player and the first segments are loaded once the page is shown, so that a click plays at once. */
  function prepareFirst() {
    const idle = window.requestIdleCallback ?? (f => setTimeout(f, 200));
    idle(() => {
      if (signal.aborted || navigator.connection?.saveData || self.phase !== 'ready') return;
      stage.prepare(itemOf(self.exercise));
    });
  }

  /** Plays an exercise: from where it was left, or from `at` seconds. */
  async function go(place, at = resumeAt(exercises[place])) {
    if (signal.aborted) return;
    clearInterval(timer);
    clearTimeout(self.retrying);
    save({ now: true });
    Object.assign(self, { phase: 'playing', place, left: undefined, problem: undefined, needsClick: false, retryAt: undefined });
    retries = 0;
    self.askedAt = performance.now();
    channel?.postMessage({ playing: workout.workout_id });
    redraw();
    requestAnimationFrame(() => requestAnimationFrame(keepFocus));
    await stage.show(itemOf(exercises[place]), at);
    if (signal.aborted || self.place !== place || self.phase !== 'playing') return;
    if (!stage.problem) await play();
  }

  function begin() {
    return go(self.place);
  }

  /** The button that began this is no longer there, and the focus with it: the keys of the player need it. */
  function keepFocus() {
    if (document.activeElement === document.body) document.getElementById('play')?.focus({ preventScroll: true });
  }

  async function play() {
    if (signal.aborted) return;
    self.needsClick = !(await stage.play());
    redraw();
  }

  function toggle() {
    if (self.phase !== 'playing') return self.phase === 'between' ? next() : begin();
    if (self.problem) return retry();
    if (stage.video.paused) {
      channel?.postMessage({ playing: workout.workout_id });
      return play();
    }
    return stage.video.pause();
  }

  function seek(seconds) {
    if (!stage.item) return;
    stage.video.currentTime = Math.max(0, Math.min(seconds, self.duration - 0.2));
    save({ now: true });
  }

  function next() {
    if (signal.aborted) return undefined;
    const place = self.phase === 'between' ? self.upNext : placeAfter(exercises, self.place);
    if (place >= 0) return go(place, resumeAt(exercises[place]));
    return finish();
  }

  /** The beginning of this exercise, or the one before. */
  function previous() {
    if (self.phase === 'playing' && self.seconds > 3) return seek(0);
    return go(Math.max(0, self.place - 1), 0);
  }

  /** Stops the countdown: the next exercise begins on a click. */
  function wait() {
    clearInterval(timer);
    self.left = undefined;
    redraw();
  }

  function ended() {
    reporter.end();
    bookmark.note(self.exercise, self.duration, { finished: true, now: true });
    const place = placeAfter(exercises, self.place);
    if (place < 0) return finish();
    Object.assign(self, { phase: 'between', upNext: place, left: COUNTDOWN_SECONDS });
    clearInterval(timer);
    timer = setInterval(() => {
      if (document.hidden) return;
      self.left -= 1;
      if (self.left <= 0) next();
      else redraw();
    }, 1000);
    redraw();
    return undefined;
  }

  function finish() {
    clearInterval(timer);
    stage.video.pause();
    if (exercises.every(isDone)) return complete();
    Object.assign(self, { phase: 'open', problem: undefined });
    redraw();
    return undefined;
  }

  /** Says that the workout was done. */
  async function complete() {
    if (signal.aborted) return;
    clearInterval(timer);
    stage.video.pause();
    save({ now: true });
    Object.assign(self, { phase: 'done', isCompleting: true, problem: undefined, failure: undefined });
    redraw();
    await sendCompletion();
  }

  /** It is sent again until it is taken, also after another workout took the place of this one: the patient did it. */
  async function sendCompletion() {
    try {
      await bookmark.settled();
      await post(`/v1/workouts/${workout.workout_id}/complete`, {}, { idempotencyKey: `complete-${workout.workout_id}` });
      workout.status = 'completed';
      self.failure = undefined;
      if (self.phase === 'done') stage.close();
    } catch (problem) {
      self.failure = problem;
      if (problem.isTemporary) setTimeout(sendCompletion, 10_000);
    }
    self.isCompleting = false;
    redraw();
  }

  async function again() {
    Object.assign(self, { phase: 'ready', place: 0 });
    await go(0, 0);
  }

  async function retry() {
    if (signal.aborted) return;
    clearTimeout(self.retrying);
    Object.assign(self, { problem: undefined, retryAt: undefined });
    redraw();
    await stage.again();
    if (!stage.problem) await play();
  }

  function failed() {
    const problem = stage.problem;
    if (problem.kind === 'lost') return onReload(self);
    reporter.end({ later: true });
    if (navigator.onLine && self.exercise.sources[(self.exercise.givenUp ?? 0) + 1]) return fallBack();
    self.problem = problem;
    save({ now: true });
    if (problem.kind === 'network' && retries < RETRIES) {
      const delay = FIRST_RETRY_MS * 2 ** retries++;
      self.retryAt = Date.now() + delay;
      clearTimeout(self.retrying);
      self.retrying = setTimeout(retry, delay);
    }
    return redraw();
  }

  /**
   * The next video of the exercise, from its beginning, since places in the two are not the same. The patient reads nothing of
   * it; the session that ends reports its error first.
   */
  function fallBack() {
    const { exercise, place } = self;
    exercise.givenUp = (exercise.givenUp ?? 0) + 1;
    setTimeout(() => { if (self.phase === 'playing' && self.place === place) go(place, 0); });
  }

  function save({ now = false } = {}) {
    if (self.phase === 'playing' && stage.item && stage.item.key === itemOf(self.exercise).key && stage.video.currentTime > 0) {
      bookmark.note(self.exercise, stage.video.currentTime, { now });
    }
  }

  function onEvent(type) {
    if (signal.aborted) return undefined;
    if (type === 'problem') return failed();
    if (type === 'ended') return self.phase === 'playing' ? ended() : undefined;
    if (type === 'timeupdate') {
      save();
      position();
    }
    if (type === 'playing') {
      retries = 0;
      stage.prepare(upcoming());
    }
    if (type === 'pause') save({ now: true });
    if (type === 'play' || type === 'turn') describe();
    return redraw();
  }

  function upcoming() {
    const place = placeAfter(exercises, self.place);
    return place < 0 || navigator.connection?.saveData ? undefined : itemOf(exercises[place]);
  }

  /** For the lock screen and the keys of headphones. */
  function describe() {
    if (!('mediaSession' in navigator) || !stage.item) return;
    navigator.mediaSession.metadata = new MediaMetadata({ title: stage.item.title, artist: clinic, album: t('patient.title') });
    const handlers = { play: toggle, pause: toggle, nexttrack: next, previoustrack: previous,
      seekbackward: () => self.step(-1), seekforward: () => self.step(1), seekto: ({ seekTime }) => seek(seekTime) };
    for (const [action, act] of Object.entries(handlers)) navigator.mediaSession.setActionHandler(action, act);
  }

  function position() {
    const { currentTime, duration } = stage.video;
    if (navigator.mediaSession?.setPositionState && Number.isFinite(duration) && currentTime <= duration) {
      navigator.mediaSession.setPositionState({ duration, position: currentTime, playbackRate: stage.video.playbackRate });
    }
  }

  /** Before the page is left. */
  function leave() {
    save();
    bookmark.leave();
  }

  /** Before another workout is shown: nothing of this one plays, counts down or listens any more. */
  function end() {
    save({ now: true });
    bookmark.retry();
    life.abort();
    clearInterval(timer);
    clearTimeout(self.retrying);
    reporter.end();
    stage.close();
  }

  addEventListener('pagehide', leave, { signal });
  document.addEventListener('visibilitychange', () => { if (document.hidden) save({ now: true }); }, { signal });
  addEventListener('online', () => {
    bookmark.retry();
    if (self.problem?.kind === 'network') retry();
  }, { signal });
  // Two tabs that play at once are never meant.
  channel?.addEventListener('message', ({ data }) => { if (data.playing && self.isPlaying) stage.video.pause(); }, { signal });
  return self;
}
