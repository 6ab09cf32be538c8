// How far the videos of a workout are: live, with progress and time to go; it survives a reload, since the address names
// the workout.
import { follow, get, html, nothing, post, source, state } from '/kit/core.js';
import { confirmDialog, openDialog } from '/kit/form.js';
import { fmt, plural, t } from '/kit/i18n.js';
import { card, chip, icon, name, notice, progress, section, skeleton, toast, word } from '/kit/ui.js';

const shown = state({ connection: 'live', isChanging: false });

/** Follows a workout: what the stream says is read again, at most once a second. */
export function watch(id) {
  const path = `/v1/workouts/${encodeURIComponent(id)}`;
  const one = source(({ signal }) => get(`${path}/readiness`, { signal }), { every: 20_000 });
  let due;
  const again = () => { due ??= setTimeout(() => { due = undefined; one.reload(); }, 700); };
  const stop = follow(`${path}/readiness/stream`, { onEvent: again, onState: connection => { shown.connection = connection; } });
  return { source: one, path, stop: () => { stop(); one.stop(); } };
}

async function change(watched, step, message) {
  shown.isChanging = true;
  try {
    await post(`${watched.path}/${step}`, {}, { idempotencyKey: `${watched.path}/${step}/${Date.now()}` });
    if (message) toast(message);
  } catch (problem) {
    toast(problem.errors?.[0]?.message ?? problem.detail ?? t('kit.unexpected'), 'bad');
  }
  shown.isChanging = false;
  watched.source.reload();
}

async function cancel(watched) {
  const sure = await confirmDialog({ title: t('therapist.cancel'), text: t('therapist.cancelText'), action: t('therapist.cancel'), danger: true });
  if (sure) await change(watched, 'cancel');
}

const share = exercise => (exercise.status === 'ready' ? 1 : exercise.status === 'rendering' ? (exercise.percent ?? 0) / 100 : undefined);

function exerciseState(exercise) {
  if (exercise.left_out) return chip('plain', t('therapist.leftOut'));
  if (exercise.status === 'ready') return chip('good', t('therapist.ready'), true);
  if (exercise.status === 'failed') return html`${chip('bad', t('therapist.failed'), true)}<p class="small field-error"><bdi>${exercise.error ?? ''}</bdi></p>`;
  const label = exercise.status === 'queued'
    ? `${t('therapist.step.queued')}${exercise.orders_ahead ? ` · ${plural('therapist.queue', exercise.orders_ahead)}` : ''}`
    : word('therapist.step', exercise.step ?? 'planning');
  return progress({ share: share(exercise), eta: exercise.eta_seconds, label });
}

const dose = exercise => (exercise.sets
  ? exercise.sets.map(set => `${word('therapist.side', set.side)} × ${fmt.number(set.reps)}`).join(', ') : t('therapist.wholeVideo'));

const row = exercise => html`<li class="made ${exercise.status}"><div class="made-head">${name(exercise.display_name)}<span class="quiet small">${dose(exercise)} · ${exercise.language}</span>
    ${exercise.personal_video ? chip('info', t('therapist.personal.has')) : nothing}</div>
  <div class="made-state">${exerciseState(exercise)}</div>
  ${exercise.status === 'ready' ? html`<button class="button small" @click=${() => preview(exercise.display_name, firstVideo(exercise))}>${icon('play')}${t('therapist.preview')}</button>` : nothing}</li>`;

/** Where the address of a render's or of a personal video is asked for. */
export const playbackOf = renderId => `/v1/videos/${encodeURIComponent(renderId)}/playback`;
export const personalPlaybackOf = id => `/v1/videos/personal/${id}/playback`;

/** What the patient gets first. */
const firstVideo = exercise => (exercise.personal_video ? personalPlaybackOf(exercise.personal_video.id) : playbackOf(exercise.render_id));

function outcome(workout) {
  const { readiness } = workout;
  const counted = plural('therapist.readyCount', readiness.ready_exercises, { of: fmt.number(readiness.total) });
  switch (workout.status) {
    case 'cancelled': return notice('info', t('therapist.cancelled'));
    case 'completed': return notice('good', t('therapist.completedWorkout'));
    case 'visible': return notice('good', html`<strong>${t('therapist.readyTitle')}</strong> ${t('therapist.readyText', { day: fmt.dayLong(workout.scheduled_for) })}`);
    default: return readiness.failed_exercises
      ? notice('bad', html`<strong>${t('therapist.failed')}</strong> ${counted}`)
      : html`${notice('info', html`<strong>${t('therapist.preparing')}</strong> ${t('therapist.preparingText')}`)}
        ${progress({ share: readiness.ready_exercises / (readiness.total || 1), eta: readiness.eta_seconds, label: counted })}`;
  }
}

function actions(watched, workout, me) {
  if (me.role !== 'specialist' || !['preparing', 'visible'].includes(workout.status)) return nothing;
  const broken = workout.status === 'preparing' && workout.readiness.failed_exercises > 0;
  const retryable = workout.exercises.some(one => one.status === 'failed' && one.retryable);
  return html`<div class="actions">
    ${broken && retryable ? html`<button class="button primary" ?disabled=${shown.isChanging} @click=${() => change(watched, 'retry')}>${icon('refresh')}${t('therapist.retry')}</button>` : nothing}
    ${broken && workout.readiness.ready_exercises ? html`<button class="button" ?disabled=${shown.isChanging} @click=${() => change(watched, 'release')}>${t('therapist.release')}</button>` : nothing}
    <button class="button danger" ?disabled=${shown.isChanging} @click=${() => cancel(watched)}>${t('therapist.cancel')}</button></div>`;
}

/** The whole view of a watched workout. */
export const readinessView = (watched, me) => section(watched.source, workout => card(t('therapist.openWorkout', { day: fmt.day(workout.scheduled_for) }), html`
  <div aria-live="polite" class="stack">${outcome(workout)}</div>
  ${shown.connection === 'lost' && workout.status === 'preparing' ? html`<p class="quiet small" role="status">${icon('offline')} ${t('therapist.lost')}</p>` : nothing}
  <ol class="makes">${workout.exercises.map(row)}</ol>${actions(watched, workout, me)}`), { loading: skeleton.rows(4) });

/** Shows a video in a dialog; its address is signed when it is asked for. */
export async function preview(title, playback, url) {
  const shown = state({ url, problem: false });
  const player = await import('./player.js').catch(() => undefined);
  if (!player) shown.problem = true;
  else if (!url) get(playback).then(found => { shown.url = found.playback_hls_url; }, () => { shown.problem = true; });
  await openDialog({
    title: t('therapist.previewOf', { name: title }),
    wide: true,
    content: () => (shown.problem ? notice('warn', t('therapist.videoFailed'))
      : html`<kinebeam-video class="screen" .url=${shown.url} @failed=${() => { shown.problem = true; }}></kinebeam-video>`),
  });
}
