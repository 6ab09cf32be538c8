// The recorder: a patient, an exercise, two minutes of video, and how far it is on its way to the patient. The address names the step.
import { address, get, html, kept as ofThisTab, me, nothing, post, query, source, state } from '/kit/core.js';
import { confirmDialog, holdsInput } from '/kit/form.js';
import { fmt, folded, t } from '/kit/i18n.js';
import { advice, empty, failed, furtherPages, heading, icon, inPage, initials, name, notice, page, pager, section, skeleton, toast } from '/kit/ui.js';
import { createCamera } from './camera.js';
import { filmOf, forget, keep, kept, known, onChangeElsewhere, sent } from './keeping.js';
import { draftCard, lens, progressOf, review, sentView, steps } from './lens.js';
import { mayRecord } from './recorder.js';
import { VIDEOS, fateOf, upload } from './upload.js';

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
    if (some.length && all.length < total) continue;
    // For a patient who is not theirs the person does not see the camera's picture: it stays off.
    if (patientId() && !all.some(one => one.id === patientId()) && !camera.holdsFilm) camera.close();
    return { patients: all };
  }
});
/** Whether the person may record for a patient; until the list is there, every patient counts as theirs. */
const isReached = id => patients.status !== 'ready' || patients.data.patients.some(one => one.id === id);
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
  const person = await me();
  drafts.list = await kept(person.person_id).catch(() => []);
  if (step() === 'record' && !take.recording && mayRecord(person)) await restore();
  drafts.isRead = true;
  await settle();
}

/** What has arrived though its answer was lost is not offered as unsent. */
async function settle() {
  for (const one of unsent().filter(draft => draft.stored && draft.key !== take.recording?.key)) {
    if (await fateOf(one) !== 'sent' || !unsent().some(draft => draft.key === one.key)) continue;
    drafts.list = drafts.list.filter(draft => draft.key !== one.key);
    toast(t('record.arrived', { exercise: one.exerciseName, patient: one.patientName }));
    await sent(one.key, one.video).catch(() => {});
  }
}

/** Asks before a recording is deleted, and says what is lost by it. One that `isNew`, made just now, is deleted without a question if it was not sent. */
async function mayDelete(recording, isNew = false) {
  if (shown.isDeleting) return false;
  shown.isDeleting = true;
  const fate = await fateOf({ ...recording, ...await known(recording.key).catch(() => undefined) }).finally(() => { shown.isDeleting = false; });
  if (isNew && fate === 'unsent') return true;
  return confirmDialog({ title: t('record.delete'), text: t(`record.deleteText.${fate}`), action: t('record.delete'), danger: true });
}

/** What was recorded last: `film` its Blob, `isKept` whether a reload would find it. */
const take = state({ recording: undefined, film: undefined, url: undefined, isKept: false, ended: undefined, upload: undefined, isRestored: false });
const shown = state({ said: '', isCreating: false, isDeleting: false, choosing: undefined });

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
const openCamera = async () => { if (step() === 'record' && !take.recording && isReached(patientId())) await camera.openIfGranted(); };

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

/** Whether leaving would lose a recording: it is being made, or it is nowhere but in this page. */
const isInDanger = () => camera.holdsFilm || Boolean(take.recording && take.isKept !== true && take.upload?.phase !== 'sent');
addEventListener('beforeunload', event => { if (isInDanger()) event.preventDefault(); });
holdsInput(() => Boolean(take.recording) || camera.holdsFilm);

async function retake() {
  const { recording, isRestored } = take;
  if (!await mayDelete(recording, !isRestored)) return;
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
  if (isInDanger() && !isSame) {
    // The address is that of the recording again until the person has decided.
    address.set({ ...Object.fromEntries(Object.keys(address.get()).map(key => [key, undefined])), ...Object.fromEntries(new URLSearchParams(before.search)) });
    const [title, text] = camera.holdsFilm ? ['record.leave', 'record.leaveText'] : ['record.leaveUnkept', 'record.leaveUnkeptText'];
    if (!await confirmDialog({ title: t(title), text: t(text), action: t('record.leaveAction'), danger: true })) return;
    camera.dismiss();
    if (isInDanger()) clearTake();
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

// ---- Above the step: recordings that were not sent -------------------------------------------------------------------------

async function drop(one) {
  if (!await mayDelete(one)) return;
  if (take.recording?.key === one.key) clearTake();
  await forget(one.key).catch(() => {});
  readDrafts();
}

async function download(one) {
  const film = await filmOf(one.key).catch(() => undefined);
  if (!film) return toast(t('record.filmGone'), 'bad');
  const link = document.createElement('a');
  Object.assign(link, { href: URL.createObjectURL(film), download: `${one.exerciseName || t('record.recorded')}.${one.type.split('/')[1]}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return undefined;
}

/** What is not seen below; of a patient, or in a clinic, that is not open any more also what belongs to this step. */
function draftList(isOff = false) {
  const isClosed = one => isOff || !isReached(one.patient);
  const others = unsent().filter(one => step() !== 'record' || !isOfThisStep(one) || isClosed(one));
  return others.length ? html`<ul class="drafts" aria-label=${t('record.unsentList')}>${others.map(one => draftCard(one, { isClosed: isClosed(one), download, drop }))}</ul>` : nothing;
}

// ---- Choosing a patient --------------------------------------------------------------------------------------------------

const found = state({ words: '' });
/** "stefan ta" finds Ștefan Țăranu. */
function matching(list) {
  const words = folded(found.words).split(/\s+/).filter(Boolean);
  return list.filter(one => words.every(word => folded(one.name).split(/[\s-]+/).some(part => part.startsWith(word))));
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
  const isKnown = all.some(one => folded(one.name) === folded(words));
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
  if (exercise.status === 'failed' && !take.recording) return failed(exercise, 2);
  if (take.upload && take.upload.phase !== 'cancelled') return progressOf(take, { send, back: () => { take.upload.cancel(); take.upload = undefined; } });
  if (take.recording) return review(take, { send, retake });
  return lens(camera, { isWaiting: !drafts.isRead, open: turnOn });
}

const nameOfStep = () => exerciseName() || take.recording?.exerciseName;

const recordStep = () => html`${heading(nameOfStep() ? name(nameOfStep()) : '\u00a0', { sub: patientName() ? t('record.forPatient', { name: patientName() }) : '\u00a0' })}
  ${current.data ? notice('info', t('record.hasOne')) : nothing}${recordView()}`;

// ---- Sent ----------------------------------------------------------------------------------------------------------------

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

const doneStep = () => sentView(video, { patient: patientId(), isBusy: shown.isCreating, processAgain,
  names: html`${exercise.data ? name(exerciseName()) : nothing}<span class="quiet">${patientName() ? t('record.forPatient', { name: patientName() }) : '\u00a0'}</span>` });

// ---- The page ------------------------------------------------------------------------------------------------------------

const VIEWS = { patient: patientStep, exercise: exerciseStep, record: recordStep, done: doneStep };

function content() {
  if (patientId() && !isReached(patientId())) return html`<h1>${t('record.title')}</h1>${empty({ title: t('record.unknownPatient'), text: t('record.unknownPatientText'), icon: 'person', level: 2,
    action: html`<a class="button" href="/therapist/record" @click=${inPage}>${t('record.choosePatient')}</a>` })}`;
  return VIEWS[step()]();
}

page({
  words: 'record',
  title: () => t('record.title'),
  roles: ['specialist'],
  isBare: true,
  view: person => (mayRecord(person) ? html`<div class="stack recorder at-${step()}">
    <div class="recorder-head">${step() === 'done' ? nothing : html`<p class="crumb"><a href="/therapist">${icon('previous')}${t('record.patients')}</a></p>${steps(step())}`}</div>
    ${draftList()}${content()}<div class="unseen" aria-live="assertive">${shown.said}</div></div>`
    : html`<div class="stack"><h1 class="unseen">${t('record.title')}</h1>${draftList(true)}${empty({ title: t('record.off'), text: t('record.offText'), icon: 'camera', level: 2,
      action: html`<a class="button" href="/therapist">${t('record.toPatients')}</a>` })}</div>`),
});
readDrafts();
