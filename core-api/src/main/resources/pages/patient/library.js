// What the clinic offers: search, filters, and previews that play in their card.
import { address, get, html, nothing, query, redraw, source } from '/kit/core.js';
import { currentLanguage, fmt, plural, t } from '/kit/i18n.js';
import { chip, empty, filters, heading, icon, notice, page, pager, section, skeleton } from '/kit/ui.js';
import { createReporter, createStage, playbackOf } from './stage.js';

const PAGE = 24;
const TYPING_MS = 350;
const FILTERS = ['q', 'body_region', 'equipment', 'difficulty'];
let language;
let more; // pages after the first

const asked = () => ({ language, limit: PAGE, ...Object.fromEntries(FILTERS.map(name => [name, address.get(name)])) });

const found = source(({ signal }) => {
  language = currentLanguage();
  more = undefined;
  return get(query('/v1/portal/exercises', asked()), { signal });
}, { on: FILTERS });
const vocabulary = source(({ signal }) => get(query('/v1/portal/vocabulary', { language: currentLanguage() }), { signal }));
const consent = get('/v1/me/consents/analytics').then(answer => answer.active);
consent.catch(() => {});

let isLoading = false;
let problem;
let shown; // the exercise whose preview is on stage

const reporter = createReporter(() => consent.catch(() => false));
const stage = createStage({
  hasControls: true,
  onEvent: type => {
    if (type === 'problem' || type === 'turn') redraw();
    if (type === 'problem') reporter.end({ later: true });
    if (type === 'ended') reporter.end();
  },
  onTurn: slot => { reporter.follow(slot, performance.now()); },
});
addEventListener('pagehide', () => reporter.end());

page({
  words: 'patient',
  roles: ['patient'],
  title: () => t('patient.library.title'),
  view: () => {
    if (language !== currentLanguage() && found.status === 'ready') {
      found.reload();
      vocabulary.reload();
    }
    return html`<div class="stack">${heading(t('patient.library.title'), { sub: t('patient.library.description') })}
      ${search()}<h2 class="unseen">${t('patient.library.exercises')}</h2>${section(found, list, { loading: skeleton.cards(6), isEmpty: data => !data.exercises.length, empty: nothingFound() })}</div>`;
  },
});

function search() {
  const terms = (name, list) => [{ value: '', label: t('patient.library.all') }, ...(list ?? []).map(term => ({ value: term.slug, label: term.name })),
    ...unknown(name, list)];
  return filters([
    { name: 'body_region', label: t('patient.library.region'), options: terms('body_region', vocabulary.data?.body_regions) },
    { name: 'equipment', label: t('patient.library.equipment'), options: terms('equipment', vocabulary.data?.equipment) },
    { name: 'difficulty', label: t('patient.difficulty'), options: [{ value: '', label: t('patient.library.all') },
      ...[1, 2, 3, 4, 5].map(n => ({ value: String(n), label: fmt.number(n) }))] },
  ], html`<label class="filter search"><span>${t('patient.library.search')}</span><input class="input" type="search" id="search" maxlength="200"
    autocomplete="off" .value=${address.get('q') ?? ''} @input=${typed}></label>`);
}

/** A filter of the address that no exercise has any more is shown as what it is. */
function unknown(name, list) {
  const value = address.get(name);
  return value && !(list ?? []).some(term => term.slug === value) ? [{ value, label: value }] : [];
}

let typing;
function typed(event) {
  const q = event.target.value.trim();
  clearTimeout(typing);
  typing = setTimeout(() => address.set({ q }, { replace: Boolean(address.get('q')) }), TYPING_MS);
}

function nothingFound() {
  if (!FILTERS.some(name => address.get(name))) {
    return empty({ icon: 'library', title: t('patient.library.nothing'), text: t('patient.library.nothingText') });
  }
  const clear = () => {
    clearTimeout(typing);
    address.set(Object.fromEntries(FILTERS.map(name => [name, undefined])));
  };
  return empty({ icon: 'library', title: t('patient.library.none'), text: t('patient.library.noneText'),
    action: html`<button class="button" @click=${clear}>${t('patient.library.clear')}</button>` });
}

function list(data) {
  const all = [...data.exercises, ...(more?.exercises ?? [])];
  const next = more ? more.next : data.next;
  return html`<p class="quiet small" role="status">${plural(next ? 'patient.library.moreFound' : 'patient.library.found', all.length)}</p>
    <ul class="exercises">${all.map(one => html`<li class="card exercise">${picture(one)}${description(one)}</li>`)}</ul>
    ${problem ? notice('warn', t('kit.noAnswer')) : nothing}${pager({ next, isLoading, onNext: () => loadMore(next) })}`;
}

async function loadMore(cursor) {
  isLoading = true;
  problem = undefined;
  redraw();
  const of = found.data;
  try {
    const answer = await get(query('/v1/portal/exercises', { ...asked(), cursor }));
    if (of === found.data) more = { exercises: [...(more?.exercises ?? []), ...answer.exercises], next: answer.next };
  } catch (failure) {
    problem = failure;
  }
  isLoading = false;
  redraw();
}

function picture(one) {
  if (shown !== one.render_id) {
    return html`<div class="screen"><button class="poster" aria-label=${t('patient.library.play', { name: one.display_name })} @click=${() => play(one)}>
      ${one.thumbnail_url ? html`<img src=${one.thumbnail_url} alt="" loading="lazy">` : nothing}<span class="over-play">${icon('play')}</span>
      <span class="length">${fmt.clock(one.duration_seconds)}</span></button></div>`;
  }
  return html`<div class="screen">${stage.element}${stage.problem ? html`<div class="over trouble" role="alert"><p>${t('patient.library.problem')}</p>
    <div class="actions"><button class="button primary" @click=${again}>${icon('refresh')}${t('kit.retry')}</button>
      <button class="button" @click=${close}>${t('patient.library.close')}</button></div></div>` : nothing}</div>`;
}

async function play(one) {
  shown = one.render_id;
  redraw();
  await stage.show({
    key: one.render_id, renderId: one.render_id, playback: playbackOf(one.render_id), mediaId: one.media_id, url: one.playback_hls_url, renewAt: one.playback_renew_at,
    title: one.display_name, poster: one.thumbnail_url,
  });
  if (shown === one.render_id && !stage.problem) await stage.play();
  stage.video.focus({ preventScroll: true });
}

async function again() {
  await stage.again();
  redraw();
  if (!stage.problem) await stage.play();
}

function close() {
  reporter.end();
  stage.close();
  shown = undefined;
  redraw();
}

function description(one) {
  const terms = [...one.body_regions, ...one.equipment];
  const details = one.instructions.length + one.contraindications.length > 0;
  return html`<div class="exercise-text"><h3 class="clamped" dir="auto">${one.display_name}</h3>
    ${one.description ? html`<p class="clamped" dir="auto">${one.description}</p>` : nothing}
    <div class="chips">${one.language.split('-')[0] === currentLanguage() ? nothing
      : chip('info', t('patient.library.inLanguage', { language: languageName(one.language) }))}
      ${one.difficulty ? chip('plain', t('patient.difficultyOf', { n: one.difficulty })) : nothing}
      ${terms.map(term => chip('plain', html`<bdi>${term.name}</bdi>`))}</div>
    ${details ? html`<details><summary>${t('patient.library.more')}</summary>
      ${texts(t('patient.library.instructions'), one.instructions)}${texts(t('patient.library.watchOut'), one.contraindications)}</details>` : nothing}</div>`;
}

const texts = (title, all) => (all.length ? html`<h4>${title}</h4><ul>${all.map(one => html`<li lang=${one.text_language} dir="auto">${one.text}</li>`)}</ul>` : nothing);

const languageName = code => new Intl.DisplayNames([currentLanguage()], { type: 'language' }).of(code);
