// Today's workout as a playlist with one stage.
import { address, get, html, nothing, query, redraw, source } from '/kit/core.js';
import { currentLanguage, fmt, hasText, plural, t, zone } from '/kit/i18n.js';
import { countdown, empty, icon, notice, page, section, skeleton, tabs } from '/kit/ui.js';
import { createWorkout, isDone, momentOf, resumeAt, secondsOf, sourceOf, totalSeconds } from './workout.js';

const PREPARING_EVERY_MS = 15_000;
const OWN_SHOWN_SECONDS = 6;
let language;

const day = source(({ signal }) => {
  language = currentLanguage();
  return get(query('/v1/portal/today', { language }), { signal });
}, { every: data => (data.preparing && !data.workouts.length ? PREPARING_EVERY_MS : undefined) });
const connection = source(({ signal }) => get('/v1/media/bandwidth/stats?window=24h', { signal }));
const consent = get('/v1/me/consents/analytics').then(answer => answer.active);
consent.catch(() => {});

let person;
let workout; // the controller of the one that is shown
let of; // the answer that it was made of

page({
  words: 'patient',
  roles: ['patient'],
  title: () => t('patient.title'),
  view: me => {
    person = me;
    if (language !== currentLanguage() && day.status === 'ready' && !workout?.isPlaying) day.reload();
    return html`<div class="workout">${section(day, show, { loading: loading() })}</div>`;
  },
});

const loading = () => html`<div class="player-grid">${skeleton.cards(1)}${skeleton.rows(4)}</div>`;

function show(data) {
  if (!data.workouts.length) return html`${heading(data)}<h2 class="unseen">${t('patient.playlist')}</h2>${nothingToday(data)}`;
  const wanted = data.workouts.find(one => one.workout_id === address.get('workout'))
    ?? data.workouts.find(one => one.status !== 'completed') ?? data.workouts[0];
  if (of !== wanted) open(wanted);
  return html`${head(data)}${connectionNotice()}${signedOutNotice()}
    ${workout.phase === 'done' ? finished(data) : player()}`;
}

/** A playing workout keeps its own state when the day is read again; another one takes its place otherwise. */
function open(wanted) {
  if (workout?.phase === 'playing' && workout.workout.workout_id === wanted.workout_id) return;
  workout?.end();
  of = wanted;
  workout = createWorkout(wanted, { clinic: person.organization.name, consent: () => consent.catch(() => false), onReload: replaced });
}

/** A newer version took the place of the video on stage: the day is read again, and it continues in the new one. */
async function replaced({ place, stage }) {
  const seconds = stage.problem.at;
  workout.phase = 'ready';
  await day.reload();
  of = undefined;
  show(day.data);
  if (workout.exercises[place]) workout.go(place, Math.min(seconds, secondsOf(workout.exercises[place]) ?? seconds));
}

function nothingToday(data) {
  if (data.preparing) return empty({ icon: 'clock', title: t('patient.preparing'), text: t('patient.preparingText') });
  return empty({
    icon: 'home', title: t('patient.nothing'),
    text: data.next_day ? t('patient.nothingNext', { day: fmt.dayLong(data.next_day) }) : t('patient.nothingText'),
    action: html`<a class="button" href="/patient/library">${icon('library')}${t('patient.toLibrary')}</a>`,
  });
}

const heading = data => html`<div><p class="eyebrow">${fmt.dayLong(data.day)}</p><h1>${t('patient.title')}</h1></div>`;

const head = data => html`<header class="workout-head">${heading(data)}
  <p class="facts">${plural('patient.exercises', workout.exercises.length)} · ${fmt.duration(totalSeconds(workout.exercises))}
    ${data.preparing ? html`<span class="quiet">· ${t('patient.morePreparing')}</span>` : nothing}</p>
  ${data.workouts.length > 1 ? tabs({
    label: t('patient.workouts'), parameter: 'workout', selected: workout.workout.workout_id,
    items: data.workouts.map((one, i) => ({ value: one.workout_id, label: t('patient.workoutNumber', { n: i + 1 }) })),
  }) : nothing}</header>`;

/** A quiet line: the connection carries the smallest pictures only. */
function connectionNotice() {
  const seen = connection.data;
  if (!seen?.n || !(seen.warning || seen.rendition === '360p')) return nothing;
  return html`<p class="quiet-line">${icon('info')}${t(seen.warning ? 'patient.slowest' : 'patient.slow')}</p>`;
}

function signedOutNotice() {
  if (workout.unsaved === 'signed-out') {
    return notice('warn', t('patient.signedOut'), html`<a class="button small" href="/sign-in?return=/patient">${t('patient.signIn')}</a>`);
  }
  return workout.unsaved === 'offline' ? html`<p class="quiet-line">${icon('offline')}${t('patient.notSaved')}</p>` : nothing;
}

// ---- The stage -------------------------------------------------------------------------------------------------------

const player = () => html`<div class="player-grid">
  <section class="player" id="player" aria-label=${t('patient.player')} @keydown=${keys}>
    <div class="screen ${workout.phase}" id="screen">
      ${workout.stage.element}${over()}${workout.phase === 'playing' ? caption() : nothing}
      <button class="surface" tabindex="-1" aria-hidden="true" @click=${workout.toggle} ?hidden=${workout.phase !== 'playing'}></button>
    </div>
    ${workout.phase === 'ready' || workout.phase === 'open' ? nothing : controls()}
  </section>${playlist()}</div>`;

/** What lies over the picture: the start, the pause between two exercises, a problem. */
function over() {
  if (workout.phase === 'ready') return welcome();
  if (workout.phase === 'between') return between();
  if (workout.phase === 'open') return stillOpen();
  if (workout.problem) return trouble();
  if (workout.needsClick || workout.stage.video.paused) return html`<div class="over clear"><span class="over-play">${icon('play')}</span></div>`;
  return workout.isWaiting ? html`<div class="over clear" role="status"><span class="spinner"></span><span class="unseen">${t('patient.buffering')}</span></div>` : nothing;
}

function welcome() {
  const { exercise, exercises, place } = workout;
  const begun = exercises.some(one => one.progress);
  const at = resumeAt(exercise);
  return html`<div class="over welcome"><p class="eyebrow">${t('patient.exerciseOf', { n: place + 1, of: exercises.length })}</p>
    <h2 dir="auto">${exercise.display_name}</h2>${recorded(exercise)}
    <button class="button primary big" id="begin" @click=${workout.begin}>${icon('play')}${t(begun ? 'patient.continue' : 'patient.start')}</button>
    ${at ? html`<p>${t('patient.continueAt', { time: fmt.clock(at) })}</p>` : nothing}</div>`;
}

/** "Recorded for you by Ana Pop", of a video that is the patient's own. */
function recordedText(exercise) {
  const { kind, recorded_by: by } = sourceOf(exercise);
  if (kind !== 'personal') return undefined;
  return by ? t('patient.recordedBy', { name: by }) : t('patient.recorded');
}

function recorded(exercise) {
  const text = recordedText(exercise);
  return text ? html`<p class="recorded">${icon('person')}<span class="clamped" dir="auto">${text}</span></p>` : nothing;
}

function between() {
  const next = workout.exercises[workout.upNext];
  return html`<div class="over between"><p class="eyebrow">${t('patient.wellDone')}</p>
    <h2>${t('patient.next')} <bdi class="clamped">${next.display_name}</bdi></h2>${recorded(next)}
    <p class="countdown" role="timer" aria-live="off">${workout.left === undefined ? nothing : workout.left}</p>
    <div class="actions"><button class="button primary big" id="now" @click=${workout.next}>${icon('play')}${t('patient.startNow')}</button>
      ${workout.left === undefined ? nothing : html`<button class="button big" id="stop" @click=${workout.wait}>${t('patient.stopCountdown')}</button>`}</div></div>`;
}

function stillOpen() {
  const left = workout.exercises.filter(one => !isDone(one));
  return html`<div class="over welcome"><h2>${plural('patient.left', left.length)}</h2><p>${t('patient.leftText')}</p>
    <div class="actions"><button class="button primary big" @click=${() => workout.go(workout.exercises.indexOf(left[0]))}>${t('patient.doThem')}</button>
      <button class="button big" id="finish" @click=${workout.complete}>${t('patient.finish')}</button></div></div>`;
}

function trouble() {
  const { kind } = workout.problem;
  return html`<div class="over trouble" role="alert">${icon(navigator.onLine ? 'warning' : 'offline')}
    <h2>${t(`patient.problem.${navigator.onLine ? kind : 'offline'}`)}</h2><p>${t(`patient.problem.${navigator.onLine ? kind : 'offline'}Text`)}</p>
    <div class="actions"><button class="button primary big" id="again" @click=${workout.retry}>${icon('refresh')}${t('kit.retry')}</button>
      <button class="button big" id="skip" @click=${workout.next}>${t('patient.skip')}</button></div>
    ${workout.retryAt ? html`<p>${countdown(workout.retryAt)}</p>` : nothing}</div>`;
}

const sideName = side => (hasText(`patient.side.${side}`) ? t(`patient.side.${side}`) : side);

/** "Left · 4 of 10": which repetition is on screen. */
function momentText() {
  const moment = momentOf(sourceOf(workout.exercise).segments, workout.seconds);
  if (!moment) return undefined;
  if (moment.kind !== 'set') return { title: t(`patient.moment.${moment.kind}`) };
  return {
    title: moment.side ? sideName(moment.side) : t('patient.moment.set'),
    count: t('patient.repetition', { n: moment.repetition, of: moment.repetitions }),
    set: moment.sets > 1 ? t('patient.setOf', { n: moment.set, of: moment.sets }) : undefined,
  };
}

function caption() {
  const moment = momentText();
  if (workout.problem) return nothing;
  const own = workout.seconds < OWN_SHOWN_SECONDS ? recordedText(workout.exercise) : undefined;
  if (own) return html`<p class="caption recorded">${icon('person')}<span dir="auto">${own}</span></p>`;
  if (!moment) return nothing;
  return html`<p class="caption">${moment.set ? html`<span class="caption-set">${moment.set}</span>` : nothing}
    <strong>${moment.title}</strong>${moment.count ? html`<span>${moment.count}</span>` : nothing}</p>`;
}

// ---- Controls --------------------------------------------------------------------------------------------------------

function controls() {
  const { seconds, duration } = workout;
  const moment = momentText();
  const text = [t('patient.timeOf', { time: fmt.clock(seconds), of: fmt.clock(duration) }), moment?.title, moment?.count].filter(Boolean).join(', ');
  const playing = workout.isPlaying;
  return html`<div class="controls">
    <div class="timeline">${map(seconds, duration)}
      <input type="range" class="seek" min="0" max=${duration || 1} step="0.1" .value=${String(seconds)} aria-label=${t('patient.position')}
        aria-valuetext=${text} @input=${event => workout.seek(Number(event.target.value))}>
      <p class="times numbers"><span>${fmt.clock(seconds)}</span><span>${fmt.clock(duration)}</span></p></div>
    <div class="buttons">
      ${button('previous', 'skipBack', workout.previous)}${button('back', 'rewind', () => workout.step(-1))}
      <button class="play" id="play" aria-label=${t(playing ? 'patient.pause' : 'patient.play')} @click=${workout.toggle}>${icon(playing ? 'pause' : 'play')}</button>
      ${button('forward', 'forward', () => workout.step(1))}${button('nextExercise', 'skipNext', workout.next)}
      <span class="end">${button(workout.stage.video.muted ? 'unmute' : 'mute', workout.stage.video.muted ? 'muted' : 'sound', mute)}
        ${canFill() ? button(document.fullscreenElement ? 'unfill' : 'fill', 'expand', fill) : nothing}</span></div>
    <p class="keys quiet">${t('patient.keys')}</p></div>`;
}

const button = (label, picture, act) => html`<button class="control" aria-label=${t(`patient.${label}`)} title=${t(`patient.${label}`)} @click=${act}>${icon(picture)}</button>`;

/** The segment map under the position: sets are coloured, what is between them is not. */
const map = (seconds, duration) => html`<div class="map" aria-hidden="true">${sourceOf(workout.exercise).segments.length
  ? sourceOf(workout.exercise).segments.map(one => html`<i class=${one.kind} .style=${`flex-grow:${one.to_seconds - one.from_seconds}`}><b
      .style=${`width:${share(seconds, one.from_seconds, one.to_seconds)}%`}></b></i>`)
  : html`<i class="set" .style=${'flex-grow:1'}><b .style=${`width:${share(seconds, 0, duration || 1)}%`}></b></i>`}</div>`;

const share = (at, from, to) => Math.max(0, Math.min(100, (at - from) / (to - from) * 100));

function mute() {
  workout.stage.video.muted = !workout.stage.video.muted;
  redraw();
}

const canFill = () => document.fullscreenEnabled || 'webkitEnterFullscreen' in workout.stage.video;

function fill() {
  if (document.fullscreenElement) return document.exitFullscreen();
  const player = document.getElementById('player');
  return player.requestFullscreen ? player.requestFullscreen() : workout.stage.video.webkitEnterFullscreen();
}
document.addEventListener('fullscreenchange', redraw);

/** Keys of one character only while the player has the focus; the space bar and arrows also when nothing has it. */
function keys(event) {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || !workout || workout.phase === 'done' || event.defaultPrevented) return;
  const isRange = target.matches?.('input[type=range]');
  const act = {
    ' ': () => target.closest?.('button, a') || workout.toggle(),
    ArrowLeft: () => isRange || workout.step(-1), ArrowRight: () => isRange || workout.step(1),
    n: workout.next, p: workout.previous, f: fill, m: mute, Escape: workout.wait,
  }[key];
  if (!act || (key.length === 1 && key !== ' ' && !document.getElementById('player')?.contains(target))) return;
  if (act() !== true && key !== 'Escape' && !(key === ' ' && target.closest?.('button, a'))) event.preventDefault();
}
document.addEventListener('keydown', event => {
  if (event.target === document.body && workout && workout.phase !== 'ready') keys(event);
});

// ---- Playlist and end ------------------------------------------------------------------------------------------------

const playlist = () => html`<nav class="card playlist" aria-label=${t('patient.playlist')}>
  <h2>${t('patient.playlist')}</h2>
  <p class="quiet small">${t('patient.doneOf', { n: workout.exercises.filter(isDone).length, of: workout.exercises.length })}</p>
  <ol>${workout.exercises.map(entry)}</ol></nav>`;

function entry(exercise, i) {
  const isNow = i === workout.place && ['ready', 'playing'].includes(workout.phase);
  const state = isNow ? (isDone(exercise) ? 'again' : 'now') : isDone(exercise) ? 'done' : i === upNext() ? 'next' : 'later';
  return html`<li class=${state}><button @click=${() => workout.go(i)} aria-current=${isNow ? 'step' : nothing}>
    <span class="mark-of">${isDone(exercise) ? icon('check') : fmt.number(i + 1)}</span>
    <span class="entry-name"><span class="clamped" dir="auto">${exercise.display_name}</span>
      <span class="quiet small">${dose(exercise)}</span>${recorded(exercise)}</span>
    <span class="entry-state">${state === 'later' ? nothing : t(`patient.state.${state}`)}</span></button></li>`;
}

const upNext = () => (workout.phase === 'between' ? workout.upNext : workout.exercises.findIndex((one, i) => i > workout.place && !isDone(one)));

function dose(exercise) {
  const sets = (exercise.sets ?? []).map(set => (set.side ? t('patient.setOfSide', { side: sideName(set.side), n: fmt.number(set.reps) })
    : plural('patient.repetitions', set.reps)));
  return [fmt.duration(secondsOf(exercise)), sets.join(', ')].filter(Boolean).join(' · ');
}

function finished(data) {
  const { exercises, failure, isCompleting } = workout;
  const done = exercises.filter(isDone);
  return html`<section class="card finished" aria-live="polite"><span class="finished-mark">${icon('check')}</span>
    <h2>${t('patient.finished')}</h2>
    <p>${plural('patient.finishedText', done.length, { time: fmt.duration(totalSeconds(done)) })}</p>
    ${isCompleting ? html`<p class="quiet">${t('patient.saving')}</p>` : nothing}
    ${failure ? notice('warn', t('patient.notCompleted'), html`<button class="button small" @click=${workout.complete}>${t('kit.retry')}</button>`) : nothing}
    <ol class="done-list">${exercises.map(one => html`<li class=${isDone(one) ? 'done' : ''}>${isDone(one) ? icon('check') : icon('same')}
      <span class="clamped" dir="auto">${one.display_name}</span></li>`)}</ol>
    ${data.next_day ? html`<p class="quiet">${t('patient.nextDay', { day: fmt.dayLong(data.next_day) })}</p>` : nothing}
    <div class="actions"><button class="button" id="once-more" @click=${workout.again}>${icon('refresh')}${t('patient.onceMore')}</button>
      <a class="button" href="/patient/library">${icon('library')}${t('patient.toLibrary')}</a></div></section>`;
}

// A page that stayed open over midnight, or for a night: the day is read again.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && day.data && !workout?.isPlaying && zone.today() !== day.data.day) day.reload();
});
