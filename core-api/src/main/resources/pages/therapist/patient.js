// One patient: trouble, adherence by week, connection, workouts and sessions.
import { address, get, html, nothing, query, source, state } from '/kit/core.js';
import { fmt, loadWords, plural, t, zone } from '/kit/i18n.js';
import { FEWEST, card, chart, chip, empty, explain, figure, filters, furtherPages, heading, icon, name, notice, page, pager, section, skeleton, table, word } from '/kit/ui.js';
import { failureOf, mayRecord, recorder } from './recorder.js';
import { REASONS, reasons } from './trouble.js';

const id = address.get('id') ?? '';
const path = `/v1/patients/${encodeURIComponent(id)}`;
const patient = source(({ signal }) => get(path, { signal }), { every: 30_000 });
const workouts = source(({ signal }) => get(query('/v1/workouts', {
  patient_id: id, from: zone.add(zone.today(), -28), to: zone.add(zone.today(), 90), limit: 60,
}), { signal }), { every: 30_000 });

/** Few patients have a video that failed: its words are fetched with it. */
const recorded = source(async ({ signal }) => {
  const answer = await get(`${path}/personal-videos`, { signal });
  if (answer.videos.some(video => video.failure_code)) await loadWords('record');
  return answer;
}, { every: 30_000 });

const asked = cursor => query(`${path}/sessions`, { from: since(), only: address.get('only'), limit: 20, cursor });
/** The longest window that a list of sessions takes. */
const since = () => new Date(Date.now() - 395 * 86_400_000).toISOString();
const sessions = source(({ signal }) => get(asked(), { signal }), { on: ['only'], every: 30_000 });
const more = furtherPages(cursor => get(asked(cursor)));

const troubleTarget = reason => (REASONS[reason.code].set ? address.with({ only: REASONS[reason.code].set }) + '#sessions' : undefined);

function head(data) {
  const { playback } = data;
  const share = playback.stalled_seconds / (playback.stalled_seconds + playback.watched_seconds || 1);
  const span = t('therapist.when14', { days: data.window.days });
  return html`${card(t('therapist.trouble'), html`
      ${data.analytics_consent ? nothing : notice('info', t('therapist.noConsent'))}${reasons(data, troubleTarget)}`, { sub: html`${fmt.range(data.window.from, data.window.to)}${explain(t('therapist.trouble'), t('therapist.definition'))}` })}
    <div class="figures">
      ${figure({ label: t('therapist.adherence'), value: `${fmt.number(data.adherence.completed)} / ${fmt.number(data.adherence.assigned)}`, window: span,
        definition: t('therapist.adherenceDefinition') })}
      ${figure({ label: t('therapist.stalls'), value: fmt.number(playback.stalls), n: playback.sessions, few: false, href: `${address.with({ only: 'stalled' })}#sessions`,
        window: playback.sessions >= FEWEST ? `${span} · ${fmt.percent(share)}` : span,
        completeness: playback.incomplete_sessions ? plural('therapist.incomplete', playback.incomplete_sessions) : undefined })}
      ${connectionFigure(data.connection, span)}
    </div>`;
}

/** What each rendition needs, in Mb/s. */
const RENDITIONS = [['1080p', 5], ['720p', 2], ['360p', 0.5]];

function connectionFigure({ n, usable_mbps: mbps }, span) {
  const label = t('therapist.connection');
  const definition = t('therapist.connectionDefinition');
  if (mbps === undefined) return figure({ label, value: html`<span class="few">${t('therapist.noSamples')}</span>`, definition });
  const best = RENDITIONS.find(([, needed]) => mbps >= needed)?.[0];
  return figure({ label, value: fmt.bitrate(mbps * 1e6), n, few: false, definition,
    window: `${span} · ${best ? t('therapist.carries', { rendition: best }) : t('therapist.carriesNone')}` });
}

const weeks = data => card(t('therapist.adherenceWeeks'), chart(({ timeSeries }) => timeSeries({
  id: 'weeks', title: t('therapist.adherenceWeeks'), bucket: 'week', height: 200, times: data.weeks.map(week => `${week.week}T12:00:00Z`),
  series: [
    { label: t('therapist.assigned'), values: data.weeks.map(week => week.adherence.assigned) },
    { label: t('therapist.completed'), values: data.weeks.map(week => week.adherence.completed) },
  ],
}), skeleton.plot(200)));

const course = data => card(t('therapist.course'), chart(({ timeSeries }) => timeSeries({
  id: 'course', title: t('therapist.course'), bucket: 'week', height: 200, times: data.weeks.map(week => `${week.week}T12:00:00Z`),
  series: [
    { label: t('therapist.watchedMinutes'), values: data.weeks.map(week => week.playback.watched_seconds / 60) },
    { label: t('therapist.stalls'), values: data.weeks.map(week => week.playback.stalls) },
  ],
}), skeleton.plot(200)));

const STATUS_KINDS = { preparing: 'warn', visible: 'info', completed: 'good', cancelled: 'plain', playing: 'info', abandoned: 'plain', error: 'bad' };
const status = value => chip(STATUS_KINDS[value], word('therapist.status', value));

function readiness(workout) {
  if (workout.status !== 'preparing') return status(workout.status);
  const { ready_exercises: ready, total, failed_exercises: broken } = workout.readiness;
  return html`${broken ? chip('bad', t('therapist.failed'), true) : status('preparing')} <span class="quiet small">${plural('therapist.readyCount', ready, { of: fmt.number(total) })}</span>`;
}

const isOpen = workout => ['preparing', 'visible'].includes(workout.status);

/** What comes, and the last of what was; the rest when it is asked for. */
const WORKOUTS_AT_ONCE = 8;
const shown = state({ allWorkouts: false });
const workoutRows = data => [...data.workouts].reverse().slice(0, shown.allWorkouts ? undefined : WORKOUTS_AT_ONCE);
const workoutTable = data => html`${table({ caption: t('therapist.workouts'), rows: workoutRows(data), href: workout => `/therapist/prescribe?workout=${workout.workout_id}`,
  columns: [
    { key: 'day', label: t('therapist.date'), value: workout => fmt.day(workout.scheduled_for) },
    { key: 'exercises', label: t('therapist.chosen'), value: workout => html`<span class="plain-list">${workout.exercises.map((one, i) => html`<bdi>${one.display_name}${one.personal_video && isOpen(workout) ? html` <span class="quiet small">(${t('therapist.personal.has')})</span>` : nothing}${i < workout.exercises.length - 1 ? ',' : ''}</bdi>`)}</span>` },
    { key: 'status', label: t('therapist.ready'), value: readiness },
  ] })}${data.workouts.length > workoutRows(data).length ? html`<div class="pager"><button class="button" @click=${() => { shown.allWorkouts = true; }}>${t('kit.more')}</button></div>` : nothing}`;

const RECORDED_KINDS = { COMPLETED: 'good', PROCESSING_QUEUED: 'warn', FAILED: 'bad' };

/** What was recorded for the patient; the player is loaded with the first preview. */
const recordedTable = data => table({ caption: t('therapist.personal.title'), rows: data.videos, columns: [
  { key: 'exercise', label: t('therapist.personal.exercise'), value: video => name(video.exercise_name) },
  { key: 'status', label: t('therapist.ready'), value: video => html`${chip(RECORDED_KINDS[video.status], word('therapist.personal.status', video.status))}
    ${video.failure_code ? html`<p class="small field-error">${failureOf(video.failure_code, video.failure_text)}</p>` : nothing}` },
  { key: 'by', label: t('therapist.personal.by'), value: video => html`${video.recorded_by ? name(video.recorded_by) : '–'} <span class="quiet small">${fmt.dayTime(video.updated_at)}</span>` },
  { key: 'length', label: t('therapist.personal.length'), align: 'end', value: video => (video.duration_seconds ? html`<span class="numbers">${fmt.clock(video.duration_seconds)}</span>` : '–') },
  { key: 'preview', label: t('therapist.preview'), align: 'end', value: video => (video.status === 'COMPLETED'
    ? html`<button class="button small" aria-label=${t('therapist.previewOf', { name: video.exercise_name })} @click=${() => show(video)}>${icon('play')}${t('therapist.preview')}</button>` : nothing) },
] });

async function show(video) {
  const { preview, personalPlaybackOf } = await import('./readiness.js');
  await preview(video.exercise_name, personalPlaybackOf(video.id));
}

function troubles(session) {
  const chips = [];
  if (session.fatal_error) chips.push(chip('bad', t(session.started_playing ? 'therapist.short.fatal_error' : 'therapist.short.failed_start')));
  if (session.stall_count) chips.push(chip('warn', `${fmt.number(session.stall_count)} × ${t('therapist.stalls')} · ${fmt.ms(session.stall_duration_ms)}`));
  return chips;
}

function sessionList(data) {
  const rows = [data, ...more.pages].flatMap(one => one.sessions);
  const last = more.pages.at(-1) ?? data;
  return html`${table({ caption: t('therapist.sessions'), rows, href: session => `/session?id=${session.session_id}`, columns: [
    { key: 'at', label: t('therapist.sessionDay'), value: session => html`<time datetime=${session.started_at}>${fmt.dayTime(session.started_at)}</time>` },
    { key: 'exercise', label: t('therapist.sessionExercise'), value: session => name(session.exercise_name ?? session.exercise ?? session.media_id ?? '–') },
    { key: 'status', label: t('therapist.sessionOutcome'), value: session => html`${status(session.status)} <span class="quiet small">${fmt.duration(session.watched_duration_seconds)} · ${fmt.percent(session.completion_percent / 100, 0)}</span>` },
    { key: 'trouble', label: t('therapist.trouble'), value: session => html`<span class="chips">${troubles(session)}</span>` },
  ] })}${pager({ next: last.next, isLoading: more.isLoading, onNext: () => more.load(last.next) })}`;
}

const SETS = ['stalled', 'start_failed', 'failed', 'stopped_early'];
const sessionFilters = () => filters([{ name: 'only', label: t('therapist.sessions'), options: [{ value: '', label: t('therapist.filter.all') },
  ...SETS.map(value => ({ value, label: t(`therapist.filter.${value}`) }))] }]);

const prescribe = me => (me.role === 'specialist' && id
  ? html`<a class="button primary" href="/therapist/prescribe?patient=${id}">${icon('list')}${t('therapist.prescribe')}</a>` : nothing);

function title() {
  if (!patient.data) return t('therapist.patient');
  return name(patient.data.display_name);
}

function sub(data) {
  if (!data) return '\u00a0';
  return html`${data.playing ? chip('info', t('therapist.playingNow'), true) : nothing} ${t('therapist.last')}: ${data.last_session_at ? fmt.dayTime(data.last_session_at) : t('therapist.never')}`;
}

page({
  words: 'therapist',
  title: () => patient.data?.display_name ?? t('therapist.patient'),
  roles: ['specialist', 'clinic_admin'],
  view: me => html`<div class="stack">
    <p class="crumb"><a href="/therapist">${icon('previous')}${t('therapist.title')}</a></p>
    ${heading(title(), { sub: sub(patient.data), actions: html`${mayRecord(me) && patient.data ? recorder(patient.data) : nothing}${prescribe(me)}` })}
    <h2 class="unseen">${t('therapist.patient')}</h2>
    ${section(patient, data => html`${head(data)}<div class="split">${weeks(data)}${course(data)}</div>`, {
    loading: html`${skeleton.text(5)}${skeleton.figures(3)}<div class="split">${skeleton.chart()}${skeleton.chart()}</div>` })}
    ${patient.data ? html`
      ${card(t('therapist.workouts'), section(workouts, workoutTable, { loading: skeleton.rows(3), isEmpty: data => !data.workouts.length,
        empty: empty({ title: t('therapist.noWorkouts'), text: t('therapist.noWorkoutsText'), icon: 'list', action: prescribe(me) }) }))}
      ${recorded.data?.videos.length ? card(t('therapist.personal.title'), section(recorded, recordedTable), { id: 'personal' }) : nothing}
      ${card(t('therapist.sessions'), html`${sessionFilters()}${section(sessions, sessionList, { loading: skeleton.rows(5), isEmpty: data => !data.sessions.length,
        empty: empty({ title: t('therapist.noSessions'), text: t('therapist.noSessionsText'), icon: 'play' }) })}`, { id: 'sessions' })}` : nothing}
  </div>`,
});
