// Prescribes a workout: exercises with their sets, a language and a day; then shows how its videos are made.
import { Problem, address, get, html, nothing, post, query, redraw, source } from '/kit/core.js';
import { createForm, errorSummary, input, select, submitButton } from '/kit/form.js';
import { LANGUAGES, currentLanguage, folded, hasText, t, zone } from '/kit/i18n.js';
import { card, empty, failed, filters, furtherPages, heading, icon, name, page, pager, section, skeleton, toast, word } from '/kit/ui.js';
import { personalPlaybackOf, playbackOf, preview, readinessView, watch } from './readiness.js';

const MOST_EXERCISES = 30;
const MOST_SETS = 20;
const MOST_REPETITIONS = 200;
const WORDS = ['therapist'];

const patientId = address.get('patient');
let watched = address.get('workout') ? watch(address.get('workout')) : undefined;
const patient = patientId ? source(({ signal }) => get(`/v1/patients/${encodeURIComponent(patientId)}?weeks=1`, { signal })) : undefined;
const asked = cursor => query('/v1/portal/exercises', { q: address.get('q'), body_region: address.get('region'), language: currentLanguage(), limit: 24, cursor });
const exercises = patientId ? source(({ signal }) => get(asked(), { signal }), { on: ['q', 'region'] }) : undefined;
const more = furtherPages(cursor => get(asked(cursor)));
/** One that becomes ready while this page is open is offered, too. */
const recorded = patientId ? source(({ signal }) => get(`/v1/patients/${encodeURIComponent(patientId)}/personal-videos`, { signal }), { every: () => (watched ? undefined : 30_000) }) : undefined;

const form = createForm({
  draft: patientId ? `prescribe.${patientId}` : undefined,
  values: { scheduled_for: zone.today(), language: currentLanguage(), exercises: [], key: crypto.randomUUID() },
  submit: prescribe,
});

/** The clinic's zone is known once the person is: a day that was not chosen is the clinic's. */
function settleDay() {
  if (!form.isChanged) form.values.scheduled_for = zone.today();
}

/** Sends the workout; the key makes a repetition of the same request safe, so that a change takes a new one. */
async function prescribe(values) {
  const body = {
    patient_id: patientId,
    scheduled_for: values.scheduled_for,
    exercises: values.exercises.map(one => ({ exercise: one.slug, language: values.language, ...(one.whole ? {} : { sets: one.sets.map(set => ({ side: set.side, reps: Number(set.reps) })) }) })),
  };
  const workout = await sent(body, values.key);
  address.set({ patient: undefined, q: undefined, region: undefined, workout: workout.workout_id });
}

/** What the server refuses, in the person's words where the dictionary has them. */
async function sent(body, idempotencyKey) {
  if (!body.exercises.length) throw refusal([{ field: 'exercises', code: 'out_of_range' }]);
  try {
    return await post('/v1/workouts', body, { idempotencyKey });
  } catch (problem) {
    if (problem instanceof Problem && problem.errors.length) throw refusal(problem.errors, problem);
    throw problem;
  }
}

function refusal(errors, { status = 400, title, requestId } = {}) {
  return new Problem({ status, title, requestId, errors: errors.map(error => {
    const key = `therapist.error.${error.field.replace(/\[\d+\]/, '')}.${error.code}`;
    return hasText(key) ? { ...error, message: t(key) } : error;
  }) });
}

/** Back and forward go between the form and the workout. */
address.onChange(() => {
  const id = address.get('workout');
  if (!id && address.get('patient') !== patientId) location.reload();
  watched?.stop();
  watched = id ? watch(id) : undefined;
});

function set(field, value) {
  form.values.key = crypto.randomUUID();
  form.set(field, value);
}

const change = (position, update) => set('exercises', form.values.exercises.map((one, i) => (i === position ? { ...one, ...update(one) } : one)));

/** What an exercise has been filmed in: sides, languages. Read once; an exercise whose files cannot be listed has none. */
const bundles = new Map();
function bundle(exerciseId) {
  if (!bundles.has(exerciseId)) {
    bundles.set(exerciseId, undefined);
    get(`/v1/admin/exercises/${encodeURIComponent(exerciseId)}/bundle`)
      .then(found => bundles.set(exerciseId, found), () => bundles.set(exerciseId, { isUnknown: true }))
      .finally(redraw);
  }
  return bundles.get(exerciseId);
}

const sides = exerciseId => bundle(exerciseId)?.manifest?.sides ?? ['left', 'right'];

function add(exercise) {
  const whole = exercise.kind === 'duration_based';
  set('exercises', [...form.values.exercises, { id: exercise.id, slug: exercise.slug, name: exercise.display_name, whole, sets: whole ? [] : sides(exercise.id).map(side => ({ side, reps: '10' })) }]);
  toast(t('therapist.added', { name: exercise.display_name }));
}

/** An exercise that is not published: the patient's own video is all there is of it, whatever the language. */
function addRecorded(video) {
  set('exercises', [...form.values.exercises, { slug: video.exercise, name: video.exercise_name, whole: true, recorded: true, sets: [] }]);
  toast(t('therapist.added', { name: video.exercise_name }));
}

const remove = position => set('exercises', form.values.exercises.filter((one, i) => i !== position));

function moveUp(position) {
  const list = [...form.values.exercises];
  [list[position - 1], list[position]] = [list[position], list[position - 1]];
  set('exercises', list);
}

// ---- The workout that is being put together --------------------------------------------------------------------------

const setRow = (one, position, part, i) => html`<li class="set"><span class="quiet small">${t('therapist.set', { n: i + 1 })}</span>
  <label><span class="unseen">${t('therapist.side')}</span><select class="select" @change=${event => change(position, () => ({ sets: one.sets.map((other, at) => (at === i ? { ...other, side: event.target.value } : other)) }))}>
    ${sides(one.id).map(side => html`<option value=${side} ?selected=${side === part.side}>${word('therapist.side', side)}</option>`)}</select></label>
  <label><span class="unseen">${t('therapist.repetitions')}</span><input class="input" type="number" inputmode="numeric" min="1" max=${MOST_REPETITIONS} .value=${part.reps}
    @input=${event => change(position, () => ({ sets: one.sets.map((other, at) => (at === i ? { ...other, reps: event.target.value } : other)) }))}></label>
  <button class="icon-button" type="button" aria-label=${t('therapist.removeSet', { n: i + 1 })} ?disabled=${one.sets.length < 2}
    @click=${() => change(position, () => ({ sets: one.sets.filter((other, at) => at !== i) }))}>${icon('cross')}</button></li>`;

/** Everything that was refused of one exercise, beside it. */
function wrongs(position) {
  const prefix = `exercises[${position}]`;
  return Object.entries(form.errors).filter(([field]) => field === prefix || field.startsWith(`${prefix}.`));
}

function languageHint(one) {
  if (one.recorded) return nothing;
  const found = bundle(one.id);
  if (found?.isUnknown) return html`<p class="small quiet">${t('therapist.bundleUnknown')}</p>`;
  const language = found?.languages?.find(each => each.language === form.values.language);
  return found?.languages && !language?.complete ? html`<p class="small field-error">${icon('warning')}<span>${t('therapist.notInLanguage')}</span></p>` : nothing;
}

function chosenRow(one, position) {
  const refused = wrongs(position);
  return html`<li class="chosen ${refused.length ? 'wrong' : ''}">
    <div class="chosen-head"><span class="number" aria-hidden="true">${position + 1}</span>${name(one.name)}
      <span class="chosen-tools">${position ? html`<button class="icon-button" type="button" aria-label=${t('therapist.moveUp', { name: one.name })} @click=${() => moveUp(position)}>${icon('up')}</button>` : nothing}
        <button class="icon-button" type="button" aria-label=${t('therapist.remove', { name: one.name })} @click=${() => remove(position)}>${icon('cross')}</button></span></div>
    ${refused.map(([field, message]) => html`<p class="field-error" id="field-${field}" tabindex="-1">${icon('error')}<span>${message}</span></p>`)}${languageHint(one)}
    ${one.whole ? html`<p class="quiet small">${t(one.recorded ? 'therapist.personalVideo' : 'therapist.wholeVideo')}</p>` : html`<ol class="sets">${one.sets.map((part, i) => setRow(one, position, part, i))}</ol>
      ${one.sets.length < MOST_SETS ? html`<button class="button small" type="button" @click=${() => change(position, () => ({ sets: [...one.sets, { ...one.sets.at(-1) }] }))}>${t('therapist.addSet')}</button>` : nothing}`}</li>`;
}

const languages = () => [...new Set([...Object.keys(LANGUAGES), ...form.values.exercises.filter(one => !one.recorded).flatMap(one => bundle(one.id)?.languages?.map(each => each.language) ?? [])])]
  .map(value => ({ value, label: new Intl.DisplayNames([currentLanguage()], { type: 'language' }).of(value) }));

/** The kit's fields with this page's set(), so that a change takes a new key. */
const fields = { get values() { return form.values; }, get errors() { return form.errors; }, set };

const workoutForm = () => html`<form class="form" @submit=${form.send} novalidate>${errorSummary(form)}
  <div class="form-row">${input(fields, { name: 'scheduled_for', type: 'date', label: t('therapist.date'), hint: t('therapist.dateHint'), min: zone.today(), max: zone.add(zone.today(), 366) })}
  ${select(fields, { name: 'language', label: t('therapist.language'), hint: t('therapist.languageHint'), options: languages() })}</div>
  ${form.errors.exercises ? html`<p class="field-error" id="field-exercises" tabindex="-1">${icon('error')}<span>${form.errors.exercises}</span></p>` : nothing}
  ${form.values.exercises.length ? html`<ol class="list-chosen" aria-label=${t('therapist.chosen')}>${form.values.exercises.map(chosenRow)}</ol>`
    : empty({ title: t('therapist.chosenNone'), text: t('therapist.chosenNoneText'), icon: 'list' })}
  <div class="actions">${submitButton(form, t('therapist.prescribe'))}<span class="quiet small">${t('therapist.draft')}</span></div></form>`;

// ---- The exercises to choose from ------------------------------------------------------------------------------------

let typing;
function search(event) {
  const words = event.target.value.trim().slice(0, 200);
  clearTimeout(typing);
  typing = setTimeout(() => address.set({ q: words }, { replace: true }), 250);
}

/** The regions that were seen so far: the filter offers what there is. */
const regions = new Map();

const offer = exercise => html`<li class="offer">
  ${exercise.thumbnail_url ? html`<img src=${exercise.thumbnail_url} alt="" loading="lazy" width="96" height="54" @error=${event => event.target.classList.add('missing')}>` : html`<span class="no-picture">${icon('play')}</span>`}
  <div class="offer-text">${name(exercise.display_name)}<span class="quiet small">${[...exercise.body_regions, ...exercise.equipment].map(term => term.name).join(' · ')}</span></div>
  ${offerTools(exercise.display_name, () => preview(exercise.display_name, playbackOf(exercise.render_id), exercise.playback_hls_url), () => add(exercise))}</li>`;

const recordedOffer = video => html`<li class="offer"><span class="no-picture">${icon('play')}</span>
  <div class="offer-text">${name(video.exercise_name)}</div>
  ${offerTools(video.exercise_name, () => preview(video.exercise_name, personalPlaybackOf(video.id)), () => addRecorded(video))}</li>`;

const offerTools = (title, look, choose) => html`
  <button class="icon-button" type="button" aria-label=${t('therapist.previewOf', { name: title })} @click=${look}>${icon('play')}</button>
  <button class="button small" type="button" aria-label="${t('therapist.add')}: ${title}" ?disabled=${form.values.exercises.length >= MOST_EXERCISES} @click=${choose}>${t('therapist.add')}</button>`;

/** What the catalogue does not list; it has no body region. */
function recordedOnly() {
  if (address.get('region')) return [];
  const words = folded(address.get('q') ?? '').split(/\s+/);
  return (recorded.data?.videos ?? []).filter(video => video.recorded_only && words.every(word => folded(video.exercise_name).includes(word)));
}

function offers(data) {
  const all = [data, ...more.pages].flatMap(one => one.exercises);
  all.forEach(one => one.body_regions.forEach(region => regions.set(region.slug, region.name)));
  const last = more.pages.at(-1) ?? data;
  return html`<ul class="offers">${all.map(offer)}</ul>${pager({ next: last.next, isLoading: more.isLoading, onNext: () => more.load(last.next) })}`;
}

const library = () => html`<div class="library-tools">
    <label class="search"><span class="unseen">${t('therapist.searchExercises')}</span>${icon('library')}<input class="input" type="search" maxlength="200" autocomplete="off"
      placeholder=${t('therapist.searchExercises')} .value=${address.get('q') ?? ''} @input=${search}></label>
    ${filters([{ name: 'region', label: t('therapist.region'), options: [{ value: '', label: t('therapist.anyRegion') }, ...[...regions].map(([value, label]) => ({ value, label }))] }])}</div>
  ${section(recorded, () => (recordedOnly().length ? html`<p class="quiet small" id="recorded">${t('therapist.personal.title')}</p>
    <ul class="offers" aria-labelledby="recorded">${recordedOnly().map(recordedOffer)}</ul>` : nothing), { loading: nothing })}
  ${section(exercises, offers, { loading: skeleton.rows(6), isEmpty: data => !data.exercises.length && !recordedOnly().length, empty: empty({ title: t('therapist.noExercises'), text: t('therapist.noExercisesText'), icon: 'library' }) })}`;

// ---- The page --------------------------------------------------------------------------------------------------------

function back() {
  const id = watched?.source.data?.patient_id ?? patientId;
  return html`<p class="crumb"><a href=${id ? `/therapist/patient?id=${id}` : '/therapist'}>${icon('previous')}${t(id ? 'therapist.backToPatient' : 'therapist.title')}</a></p>`;
}

function content(me) {
  settleDay();
  if (watched) {
    const workout = watched.source.data;
    return html`${heading(t('therapist.prescribeTitle'), { actions: workout && me.role === 'specialist'
      ? html`<a class="button" href="/therapist/prescribe?patient=${workout.patient_id}">${t('therapist.prescribeAnother')}</a>` : nothing })}${readinessView(watched, me)}`;
  }
  if (!patientId) return html`<h1>${t('therapist.prescribeTitle')}</h1><h2 class="unseen">${t('therapist.patient')}</h2>${empty({ title: t('therapist.prescribeTitle'), text: t('therapist.firstChoose'), icon: 'people', action: html`<a class="button" href="/therapist">${t('therapist.title')}</a>` })}`;
  if (patient.status === 'failed') return html`${heading(t('therapist.prescribeTitle'))}<h2 class="unseen">${t('therapist.patient')}</h2>${failed(patient)}`;
  return html`${heading(patient.data ? t('therapist.prescribeFor', { name: patient.data.display_name }) : t('therapist.prescribeTitle'))}
    <div class="split">${card(t('therapist.chosen'), workoutForm())}${card(t('kit.nav.library'), library())}</div>`;
}

page({
  words: WORDS,
  title: () => t('therapist.prescribeTitle'),
  roles: address.get('workout') ? ['specialist', 'clinic_admin'] : ['specialist'],
  view: me => html`<div class="stack">${back()}${content(me)}</div>`,
});
