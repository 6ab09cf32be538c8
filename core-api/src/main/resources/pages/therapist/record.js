// The recorder: a patient, an exercise, two minutes of video, and how far it is on its way to the patient. The address names the step.
import { address, get, html, kept as ofThisTab, me, nothing, post, query, source, state } from '/kit/core.js';
import { confirmDialog, holdsInput } from '/kit/form.js';
import { fmt, t } from '/kit/i18n.js';
import { advice, classes, empty, failed, furtherPages, heading, icon, inPage, initials, name, notice, page, pager, section, skeleton, toast } from '/kit/ui.js';
import { createCamera } from './camera.js';
import { filmOf, forget, keep, kept, onChangeElsewhere } from './keeping.js';
import { lens, progressOf, review } from './lens.js';
import { failureOf, mayRecord } from './recorder.js';
import { VIDEOS, upload } from './upload.js';

const PAGE_SIZE = 50;
const STATUS_EVERY_MS = 3_000;

const patientId = () => address.get('patient');
const exerciseId = () => address.get('exercise');
const step = () => (address.get('video') ? 'done' : exerciseId() ? 'record' : patientId() ? 'exercise' : 'patient');

// ---- What is read --------------------------------------------------------------------------------------------------------

const patients = source(async ({ signal }) => {
  const all = [];
  for (;;) {
    const { patients: some, total } = await get(query(`${VIDEOS}/patients`, { offset: all.length || undefined }), { signal });
    all.push(...some);
    if (!some.length || !(all.length < total)) return { patients: all };
  }
});
const patient = () => patients.data?.patients.find(one => one.id === patientId());
const patientName = () => patient()?.name ?? '';

const asked = offset => query('/v2/exercises', { q: address.get('q'), limit: PAGE_SIZE, offset });
const exercises = source(({ signal }) => (step() === 'exercise' ? get(asked(), { signal }) : undefined), { on: ['q', 'patient', 'exercise'] });
const more = furtherPages(offset => get(asked(offset)));

/** The exercise of the address: its name is known from the list, or else asked for. */
const exercise = source(async ({ signal }) => {
  if (!exerciseId()) return undefined;
  const known = ofThisTab.get(`exercise.${exerciseId()}`);
  return known ? { name: known } : { name: (await get(`/v1/admin/exercises/${encodeURIComponent(exerciseId())}`, { signal })).display_name };
}, { on: ['exercise'] });
const exerciseName = () => exercise.data?.name ?? '';

/** The video that the patient has of this exercise now, or undefined. */
async function currentVideo(ofExercise, signal) {
  try {
    return await get(query(`${VIDEOS}/current`, { patientId: patientId(), exerciseId: ofExercise }), { signal });
  } catch (problem) {
    if (problem.status === 404) return undefined;
    throw problem;
  }
}

const current = source(({ signal }) => (step() === 'record' ? currentVideo(exerciseId(), signal) : undefined), { on: ['patient', 'exercise', 'video'] });

const isUnderWay = video => ['CREATED', 'UPLOAD_URL_CREATED', 'PROCESSING_QUEUED'].includes(video?.status);
const video = source(({ signal }) => (address.get('video') ? readVideo(address.get('video'), signal) : undefined),
  { on: ['video'], every: data => (isUnderWay(data) ? STATUS_EVERY_MS : undefined) });

async function readVideo(id, signal) {
  const [data, { person_id: person }] = await Promise.all([get(`${VIDEOS}/${encodeURIComponent(id)}`, { signal }), me()]);
  return { ...data, isMine: data.doctorId === person };
}

// ---- Recordings that were not sent ---------------------------------------------------------------------------------------

const drafts = state({ list: [], isRead: false });

async function readDrafts() {
  const { person_id: person } = await me();
  drafts.list = await kept(person).catch(() => []);
  if (step() === 'record' && !take.recording) await restore();
  drafts.isRead = true;
}

/** What was recorded last: `film` its Blob, `isKept` whether a reload would find it. */
const take = state({ recording: undefined, film: undefined, url: undefined, isKept: false, ended: undefined, upload: undefined, isRestored: false });
const shown = state({ said: '', isCreating: false, choosing: undefined });

const unsent = () => drafts.list.filter(one => !one.sent);
const isOfThisStep = one => one.patient === patientId() && one.exercise === exerciseId();

async function restore() {
  const found = unsent().find(isOfThisStep);
  const film = found && await filmOf(found.key).catch(() => undefined);
  if (!film || take.recording || !isOfThisStep(found)) return openCamera();
  return show(found, film, { isKept: true, isRestored: true });
}

function show(recording, film, { isKept, ended, isRestored = false }) {
  clearTake();
  Object.assign(take, { recording, film, isKept, ended, isRestored, url: URL.createObjectURL(film) });
  camera.close();
}

function clearTake() {
  take.upload?.cancel();
  if (take.url) URL.revokeObjectURL(take.url);
  Object.assign(take, { recording: undefined, film: undefined, url: undefined, upload: undefined, ended: undefined, isKept: false, isRestored: false });
}

// ---- Recording -----------------------------------------------------------------------------------------------------------

const camera = createCamera({ onFilm });
const openCamera = async () => { if (step() === 'record' && !take.recording) await camera.openIfGranted(); };

async function onFilm({ film, type, seconds, ended }) {
  if (!film.size || step() !== 'record') {
    say(t('record.nothing'));
    toast(t('record.nothing'), 'warn');
    return;
  }
  const { person_id: person } = await me();
  const recording = { key: crypto.randomUUID(), person, patient: patientId(), patientName: patientName(), exercise: exerciseId(), exerciseName: exerciseName(),
    type, seconds, bytes: film.size, at: Date.now(), request: crypto.randomUUID() };
  show(recording, film, { isKept: false, ended });
  say(t(`record.ended.${ended}`));
  focusOn('.review h2');
  try {
    await keep(recording, film);
    if (take.recording === recording) take.isKept = true;
    readDrafts();
  } catch (error) {
    if (take.recording === recording) take.isKept = error.name === 'QuotaExceededError' ? 'full' : 'impossible';
  }
}

const isInDanger = () => camera.status === 'recording' || (take.recording && take.isKept !== true && take.upload?.phase !== 'sent');
addEventListener('beforeunload', event => { if (isInDanger()) event.preventDefault(); });
holdsInput(() => Boolean(take.recording) || camera.status === 'recording');

async function retake() {
  const { recording, isRestored } = take;
  if (isRestored && !await confirmDialog({ title: t('record.delete'), text: t('record.deleteText'), action: t('record.delete'), danger: true })) return;
  clearTake();
  await forget(recording.key).catch(() => {});
  drafts.list = drafts.list.filter(one => one.key !== recording.key);
  await turnOn();
}

async function turnOn() {
  await camera.open();
  focusOn('.shutter');
}

async function send() {
  const { recording, film } = take;
  if (take.upload && !['failed', 'cancelled'].includes(take.upload.phase)) return;
  const one = take.upload = upload(recording, film);
  focusOn('.sending h2');
  const id = await one.done;
  if (take.upload !== one || id === undefined) return;
  clearTake();
  drafts.list = drafts.list.filter(other => other.key !== recording.key);
  address.set({ patient: recording.patient, exercise: recording.exercise, video: id, q: undefined }, { replace: true });
  focusOn('#sent');
}

const say = text => { shown.said = text; };
const focusOn = selector => requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector(selector)?.focus()));

// ---- Going back and forward ----------------------------------------------------------------------------------------------

let at = { step: step(), search: location.search };

address.onChange(async () => {
  const before = at;
  const isSame = step() === before.step && (step() !== 'record' || (before.patient === patientId() && before.exercise === exerciseId()));
  if (camera.status === 'recording' && !isSame) {
    // The address is that of the recording again until the person has decided.
    history.pushState(null, '', location.pathname + before.search);
    const leaves = await confirmDialog({ title: t('record.leave'), text: t('record.leaveText'), action: t('record.leaveAction'), danger: true });
    if (!leaves) return;
    camera.dismiss();
    history.back();
    return;
  }
  at = { step: step(), search: location.search, patient: patientId(), exercise: exerciseId() };
  // Behind what was sent there is only the way back to the patients.
  if (before.step === 'done' && step() !== 'done') location.replace('/therapist');
  if (isSame) return;
  if (step() !== 'record') {
    camera.close();
    if (step() !== 'done') clearTake();
  } else {
    clearTake();
    drafts.isRead = false;
    readDrafts();
  }
  if (step() !== 'done') focusOn('#main');
});
at = { ...at, patient: patientId(), exercise: exerciseId() };
onChangeElsewhere(readDrafts);

// ---- The steps -----------------------------------------------------------------------------------------------------------

const STEPS = ['patient', 'exercise', 'record'];

function steps() {
  const now = STEPS.indexOf(step());
  const targets = [address.with({ patient: undefined, exercise: undefined, q: undefined }), address.with({ exercise: undefined, q: undefined })];
  return html`<nav class="steps" aria-label=${t('record.steps')}><ol>${STEPS.map((one, i) => {
    const content = html`<span class="step-number" aria-hidden="true">${i < now ? icon('check') : fmt.number(i + 1)}</span><span>${t(`record.step.${one}`)}</span>`;
    return html`<li class=${classes('step', i === now && 'now', i < now && 'over')} aria-current=${i === now ? 'step' : nothing}>${i < now ? html`<a href=${targets[i]} @click=${inPage}>${content}</a>` : content}</li>`;
  })}</ol></nav>`;
}

function draftCard(one) {
  const text = { exercise: html`<strong><bdi>${one.exerciseName}</bdi></strong>`, patient: html`<strong><bdi>${one.patientName}</bdi></strong>` };
  return html`<li class="notice warn draft">${icon('clock')}<div>${t('record.unsent')} ${text.exercise} · ${text.patient}<br>
    <span class="small">${fmt.clock(one.seconds)} · ${fmt.bytes(one.bytes)} · ${fmt.ago(one.at)}</span></div>
    <div class="actions"><a class="button small primary" href=${query('/therapist/record', { patient: one.patient, exercise: one.exercise })} @click=${inPage}>${t('record.continue')}</a>
    <button class="button small" @click=${() => drop(one)}>${t('record.deleteShort')}</button></div></li>`;
}

async function drop(one) {
  if (!await confirmDialog({ title: t('record.delete'), text: t('record.deleteText'), action: t('record.delete'), danger: true })) return;
  await forget(one.key).catch(() => {});
  readDrafts();
}

function draftList() {
  const others = unsent().filter(one => step() !== 'record' || (!isOfThisStep(one)));
  return others.length ? html`<ul class="drafts" aria-label=${t('record.unsentList')}>${others.map(draftCard)}</ul>` : nothing;
}

// ---- Choosing a patient --------------------------------------------------------------------------------------------------

const found = state({ words: '' });
/** "stefan ta" finds Ștefan Țăranu. */
const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function matching(list) {
  const words = plain(found.words).split(/\s+/).filter(Boolean);
  return list.filter(one => words.every(word => plain(one.name).split(/[\s-]+/).some(part => part.startsWith(word))));
}

const patientRow = one => html`<li><a class="pick" href=${address.with({ patient: one.id })} @click=${inPage}><span class="avatar" aria-hidden="true">${initials(one.name)}</span>${name(one.name)}${icon('next')}</a></li>`;

const noPatients = () => empty({ title: t('record.noPatients'), text: t('record.noPatientsText'), icon: 'people', level: 2 });

function patientList({ patients: all }) {
  const list = matching(all);
  return html`<p class="unseen" role="status">${t('record.found', { n: fmt.number(list.length) })}</p>${list.length ? html`<ul class="picks card">${list.map(patientRow)}</ul>`
    : empty({ title: t('record.noMatch'), text: t('record.noMatchText'), icon: 'person', level: 2 })}`;
}

const searchBox = (label, value, onInput) => html`<label class="search"><span class="unseen">${label}</span>${icon('search')}
  <input class="input" type="search" maxlength="100" autocomplete="off" placeholder=${label} .value=${value} @input=${onInput}></label>`;

const patientStep = () => html`${heading(t('record.choosePatient'), { sub: t('record.lead') })}
  ${searchBox(t('record.searchPatients'), found.words, event => { found.words = event.target.value; })}
  ${section(patients, patientList, { loading: skeleton.rows(6), isEmpty: data => !data.patients.length, empty: noPatients(), level: 2 })}`;

// ---- Choosing an exercise ------------------------------------------------------------------------------------------------

let typing;
const typed = state({ words: address.get('q') ?? '' });

function search(event) {
  typed.words = event.target.value;
  clearTimeout(typing);
  typing = setTimeout(() => address.set({ q: typed.words.trim() }, { replace: true }), 300);
}

/** Asks before a video is replaced that the patient has. */
async function choose(one) {
  if (shown.choosing) return;
  shown.choosing = one.id;
  try {
    const had = await currentVideo(one.id);
    if (had && !await confirmDialog({ title: t('record.replace'), text: t('record.replaceText', { exercise: one.name, patient: patientName() }), action: t('record.replaceAction') })) return;
    ofThisTab.set(`exercise.${one.id}`, one.name);
    address.set({ exercise: one.id });
  } catch (problem) {
    if (!('status' in problem)) throw problem;
    toast(advice(problem), 'bad');
  } finally {
    shown.choosing = undefined;
  }
}

/** The same name is created once, however often the button is pressed. */
const creations = new Map();

async function create(words) {
  if (shown.isCreating) return;
  if (!creations.has(words)) creations.set(words, crypto.randomUUID());
  shown.isCreating = true;
  try {
    const made = await post('/v2/exercises', { name: words }, { idempotencyKey: creations.get(words) });
    exercises.reload();
    await choose({ id: made.id, name: made.name ?? words });
  } catch (problem) {
    if (!('status' in problem)) throw problem;
    toast(problem.errors?.[0]?.message ?? advice(problem), 'bad');
  } finally {
    shown.isCreating = false;
  }
}

const exerciseRow = one => html`<li><button class="pick" type="button" aria-disabled=${shown.choosing ? 'true' : nothing} @click=${() => choose(one)}>
  <span class="avatar square" aria-hidden="true">${icon('list')}</span>${name(one.name)}${shown.choosing === one.id ? html`<span class="quiet small">${t('record.checking')}</span>` : icon('next')}</button></li>`;

/** What was found stays while the next words are searched. */
let listed;

function exerciseList() {
  if (exercises.status === 'failed') return section(exercises, () => nothing, { level: 2 });
  listed = exercises.data ?? listed;
  if (!listed) return skeleton.rows(8);
  const all = [listed, ...more.pages].flatMap(one => one.exercises);
  const last = more.pages.at(-1) ?? listed;
  const next = all.length < last.total ? all.length : undefined;
  const words = typed.words.trim();
  const isSearched = exercises.data && words === (address.get('q') ?? '');
  const isKnown = all.some(one => plain(one.name) === plain(words));
  return html`<p class="unseen" role="status">${exercises.data ? t('record.found', { n: fmt.number(all.length) }) : ''}</p>
    ${all.length ? html`<ul class="picks card" aria-busy=${exercises.data ? nothing : 'true'}>${all.map(exerciseRow)}</ul>` : empty({ title: t('record.noExercise'), text: t(words ? 'record.noExerciseText' : 'record.typeName'), icon: 'list', level: 2 })}
    ${pager({ next, isLoading: more.isLoading, onNext: () => more.load(next) })}
    ${words && isSearched && !isKnown ? html`<div class="create"><button class="button" ?disabled=${shown.isCreating} @click=${() => create(words)}>${icon('plus')}<span>${t('record.create', { name: words })}</span></button>
      <p class="quiet small">${t('record.createText')}</p></div>` : nothing}`;
}

const exerciseStep = () => html`${heading(t('record.chooseExercise'), { sub: patientName() ? t('record.forPatient', { name: patientName() }) : '\u00a0' })}
  ${searchBox(t('record.searchExercises'), typed.words, search)}${exerciseList()}`;

// ---- Recording and sending ----------------------------------------------------------------------------------------------

function recordView() {
  if (exercise.status === 'failed') return failed(exercise, 2);
  if (take.upload && take.upload.phase !== 'cancelled') return progressOf(take, { send, back: () => { take.upload.cancel(); take.upload = undefined; } });
  if (take.recording) return review(take, { send, retake });
  return lens(camera, { isWaiting: !drafts.isRead, open: turnOn });
}

const recordStep = () => html`${heading(exercise.data ? name(exerciseName()) : '\u00a0', { sub: patientName() ? t('record.forPatient', { name: patientName() }) : '\u00a0' })}
  ${current.data ? notice('info', t('record.hasOne')) : nothing}${recordView()}`;

// ---- Sent ----------------------------------------------------------------------------------------------------------------

const FAILURES_TO_RECORD_AGAIN = ['duration_exceeded', 'host_refused', 'original_changed', 'original_missing', 'upload_abandoned'];

function statusLine(data) {
  switch (data.status) {
    case 'COMPLETED': return notice('good', html`<strong>${t('record.status.COMPLETED')}</strong> ${t('record.completedText')}`);
    case 'INACTIVE': return notice('info', t('record.status.INACTIVE'));
    case 'FAILED': return html`${notice('bad', html`<strong>${t('record.status.FAILED')}</strong> ${failureOf(data.failureCode, data.failureText)}`)}
      <div class="actions">${!data.isMine || FAILURES_TO_RECORD_AGAIN.includes(data.failureCode) ? nothing : html`<button class="button" ?disabled=${shown.isCreating} @click=${processAgain}>${icon('refresh')}${t('record.processAgain')}</button>`}
        <a class="button" href=${address.with({ video: undefined })}>${icon('camera')}${t('record.recordAgain')}</a></div>`;
    default: return html`<div class="under-way" role="status"><span class="spinner" aria-hidden="true"></span><div><strong>${t('record.status.PROCESSING_QUEUED')}</strong><p class="quiet small">${t('record.processingText')}</p></div></div>`;
  }
}

async function processAgain() {
  shown.isCreating = true;
  try {
    await post(`${VIDEOS}/${encodeURIComponent(address.get('video'))}/upload-complete`, {});
  } catch (problem) {
    if (!('status' in problem)) throw problem;
    toast(problem.detail ?? advice(problem), 'bad');
  } finally {
    shown.isCreating = false;
    video.reload();
  }
}

const doneStep = () => html`<section class="card sent"><span class=${classes('roundel good', video.data?.status === 'FAILED' && 'bad')}>${icon(video.data?.status === 'FAILED' ? 'error' : 'check')}</span><h1 id="sent" tabindex="-1">${t('record.sent')}</h1>
  <p class="sent-names">${exercise.data ? name(exerciseName()) : nothing}<span class="quiet">${patientName() ? t('record.forPatient', { name: patientName() }) : '\u00a0'}</span></p>
  <p class="quiet">${t('record.sentText')}</p><h2 class="unseen">${t('record.statusTitle')}</h2>
  <div class="sent-status">${section(video, statusLine, { loading: skeleton.rows(1), level: 3 })}</div>
  <div class="actions"><a class="button primary big" href="/therapist">${t('record.toPatients')}</a>
    <a class="button big" href=${query('/therapist/record', { patient: patientId() })}>${t('record.another')}</a></div></section>`;

// ---- The page ------------------------------------------------------------------------------------------------------------

const VIEWS = { patient: patientStep, exercise: exerciseStep, record: recordStep, done: doneStep };

function content() {
  const isKnown = patients.status !== 'ready' || !patientId() || patient();
  if (!isKnown) return html`<h1>${t('record.title')}</h1>${empty({ title: t('record.unknownPatient'), text: t('record.unknownPatientText'), icon: 'person', level: 2,
    action: html`<a class="button" href="/therapist/record" @click=${inPage}>${t('record.choosePatient')}</a>` })}`;
  return VIEWS[step()]();
}

page({
  words: 'record',
  title: () => t('record.title'),
  roles: ['specialist'],
  isBare: true,
  view: person => (mayRecord(person) ? html`<div class="stack recorder at-${step()}">
    <div class="recorder-head">${step() === 'done' ? nothing : html`<p class="crumb"><a href="/therapist">${icon('previous')}${t('record.patients')}</a></p>${steps()}`}</div>
    ${draftList()}${content()}<div class="unseen" aria-live="assertive">${shown.said}</div></div>`
    : html`<h1 class="unseen">${t('record.title')}</h1>${empty({ title: t('record.off'), text: t('record.offText'), icon: 'camera', level: 2, action: html`<a class="button" href="/therapist">${t('record.toPatients')}</a>` })}`),
});
readDrafts();
