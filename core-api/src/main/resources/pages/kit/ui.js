// The components of all pages, and the frame around them. docs/pages.md describes them.
import { Problem, address, endFirstReads, html, kept, me, nothing, onDraw, post, put, redraw, render, state, svg } from './core.js';
import { LANGUAGES, currentLanguage, fmt, hasText, loadWords, parts, plural, setLanguage, t, zone } from './i18n.js';

const PATHS = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  up: 'M12 19V5m-6 6l6-6 6 6',
  down: 'M12 5v14m-6-6l6 6 6-6',
  same: 'M5 12h14',
  next: 'M9 5l7 7-7 7',
  previous: 'M15 5l-7 7 7 7',
  warning: 'M12 4L2.5 20h19L12 4zm0 6v4.5m0 2.6v.1',
  error: 'M12 3a9 9 0 100 18 9 9 0 000-18zm0 4.6v5.2m0 3v.1',
  info: 'M12 3a9 9 0 100 18 9 9 0 000-18zm0 7.6v5.6m0-8.7v.1',
  offline: 'M3 3l18 18M8.5 15.5a5 5 0 017 0M5.5 12a9 9 0 014.2-2.3M2.5 8.8a14 14 0 014.6-2.7M14.3 9.8A9 9 0 0118.5 12m-6-7.2a14 14 0 019 4M12 19v.1',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3',
  clock: 'M12 3a9 9 0 100 18 9 9 0 000-18zm0 4v5l3.5 2',
  people: 'M9 11.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c.5-3.6 3-5.5 6.5-5.5S15 16.4 15.5 20M16 4.8a3.5 3.5 0 010 6.4M18 14.8c2 .7 3.200 2.4 3.5 5.200',
  play: 'M7 4.5v15l12.5-7.5z',
  pause: 'M8 5v14M16 5v14',
  home: 'M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z',
  library: 'M4 5h6v14H4zM10 5h4v14h-4zM15.5 5.8l3.600-.9 3 14-3.600.9z',
  settings: 'M4 7h10m4 0h2M4 17h2m4 0h10M16 4.5v5M8 14.5v5',
  chart: 'M4 4v16h16M8 15l3.5-5 3.5 3 4.5-6.5',
  list: 'M8 6h12M8 12h12M8 18h12M4 6v.1M4 12v.1M4 18v.1',
  inbox: 'M4 13l2.5-8h11L20 13v6H4zm0 0h5a3 3 0 006 0h5',
  threshold: 'M3 15h18M4 20V9m5 11V4m6 16v-8m5 8V7',
  person: 'M12 11.5a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c.6-4.200 3.4-6.5 7.5-6.5s6.900 2.300 7.5 6.5',
  skipBack: 'M7 5v14M19 5.5v13L9 12z',
  skipNext: 'M17 5v14M5 5.5v13L15 12z',
  rewind: 'M4 4.5V9h4.500M4.500 9A8.300 8.300 0 113.700 13.500',
  forward: 'M20 4.5V9h-4.500M19.500 9A8.300 8.300 0 1020.300 13.500',
  sound: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.200 4.200 0 010 6M18 6.500a7.800 7.800 0 010 11',
  muted: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5m0-5l-5 5',
  expand: 'M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5',
  heart: 'M12 20S4 15.200 4 9.300A4.300 4.300 0 0112 7a4.300 4.300 0 018 2.300C20 15.200 12 20 12 20z',
  download: 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M4.5 20h15',
  camera: 'M3 7.5h11.500v9H3zM14.500 11l6.500-3.500v9L14.500 13',
  flip: 'M4 8h11.500A4.500 4.500 0 0120 12.500M7.500 4.500L4 8l3.500 3.500M20 16H8.500A4.500 4.500 0 014 11.500M16.500 12.500L20 16l-3.500 3.500',
  plus: 'M12 5v14M5 12h14',
  search: 'M11 4.500a6.500 6.500 0 100 13 6.500 6.500 0 000-13zM16 16l4.500 4.500',
  refresh: 'M19.5 9A8 8 0 005 8.5M4.5 15a8 8 0 0014.5.5M4.5 4.5V9H9m10.5 10.5V15H15',
};

/** A line drawing in the colour of the text; decorative unless it has a label. */
export const icon = (name, label) => html`<svg class="icon" viewBox="0 0 24 24" role=${label ? 'img' : 'presentation'}
  aria-hidden=${label ? 'false' : 'true'} aria-label=${label ?? nothing}>${svg`<path d=${PATHS[name]}></path>`}</svg>`;

/** Adds a CSS class per word that is set. */
export const classes = (...words) => words.filter(Boolean).join(' ');

// ---- States ----------------------------------------------------------------------------------------------------------

/** The legend and the switch to the table above a chart, in pixels. */
const PLOT_HEAD = 46;

const repeat = (n, one) => Array.from({ length: n }, (ignored, i) => one(i));
const bone = kind => html`<span class="bone ${kind}"></span>`;
const bones = (shape, content) => html`<div class="bones ${shape}" role="status"><span class="unseen">${t('kit.loading')}</span>${content}</div>`;

/** Grey shapes of the size of what is loading: figures(n), rows(n), chart(), cards(n), text(lines). */
export const skeleton = {
  figures: (n = 4) => bones('figures', repeat(n, () => html`<div class="card figure">${bone('short')}${bone('big')}${bone('')}</div>`)),
  rows: (n = 6) => bones('rows card', repeat(n, () => bone('row'))),
  chart: () => bones('card', bone('chart-box')),
  /** Of a chart inside a card, with its legend. */
  plot: (height = 260) => bones('plot', html`<span class="bone chart-box" .style=${`height:${height + PLOT_HEAD}px`}></span>`),
  cards: (n = 3) => bones('cards', repeat(n, () => html`<div class="card">${bone('picture')}${bone('short')}${bone('')}</div>`)),
  text: (n = 3) => bones('card', repeat(n, i => bone(i === n - 1 ? 'short' : ''))),
};

/** The heading of a state; its level is one below that of what it is in. */
const title = (text, level) => (level === 1 ? html`<h1>${text}</h1>` : level === 2 ? html`<h2>${text}</h2>` : html`<h3>${text}</h3>`);

/** What will appear here and how: `empty({title, text, action, icon, level})`. */
export const empty = ({ title: what, text, action = nothing, icon: name = 'info', level = 3 }) => html`
  <div class="state empty">${icon(name)}${title(what, level)}${text ? html`<p>${text}</p>` : nothing}${action}</div>`;

/** This role may not see the page. */
export const notAllowed = (level = 3) => html`
  <div class="state" role="alert">${icon('lock')}${title(t('kit.notAllowed'), level)}<p>${t('kit.notAllowedText')}</p>
    <a class="button" href="/">${t('kit.toStart')}</a></div>`;

/** What a person can do about a problem. */
export function advice(problem) {
  if (problem.status === 0) return t(navigator.onLine ? 'kit.noAnswer' : 'kit.offlineText');
  if (problem.status === 401) return t('kit.expiredKept');
  if (problem.status === 403) return t('kit.forbidden');
  if (problem.status === 404) return t('kit.notFound');
  if (problem.status === 429) return t('kit.tooMany');
  if (problem.status === 503) return t('kit.busy');
  if (problem.status >= 500) return t('kit.serverError');
  if (problem.status === 400 || problem.status === 422) return t('kit.refused');
  if (problem.status === 412 || problem.status === 409) return t('kit.changedMeanwhile');
  return t('kit.unexpected');
}

/** What went wrong with a source and what happens next: the retry by itself with its countdown, and a button. */
export const failed = (one, level = 3) => html`
  <div class="state failed" role="alert">${icon('error')}${title(t('kit.failed'), level)}
    <p>${advice(one.problem)}</p>${reasons(one.problem)}
    <div class="actions"><button class="button" @click=${() => one.reload()}>${icon('refresh')}${t('kit.retry')}</button>
      ${one.retryAt ? html`<span class="quiet">${countdown(one.retryAt)}</span>` : nothing}</div>
    ${requestId(one.problem)}</div>`;

const reasons = problem => problem.errors?.length
  ? html`<ul>${problem.errors.map(error => html`<li><bdi>${error.field}</bdi>: <bdi>${error.message}</bdi></li>`)}</ul>` : nothing;

/** The id by which support finds the request in the logs. */
export const requestId = problem => problem.requestId
  ? html`<p class="quiet small">${t('kit.requestId')} <code>${problem.requestId}</code></p>` : nothing;

let counting;

/** The seconds until a moment in milliseconds, at which something is tried again by itself; one timer for all of a page. */
export function countdown(at) {
  const left = Math.ceil((at - Date.now()) / 1000);
  clearTimeout(counting);
  if (left > 0) counting = setTimeout(redraw, 1000);
  return html`<span aria-hidden="true">${left > 0 ? plural('kit.retryIn', left) : t('kit.retrying')}</span>`;
}

/**
 * A source as what it is now: its skeleton, its failure, or its view. With `isEmpty(data)` and `empty` also the empty
 * state; data that could not be read again stays, with a line that says how old it is.
 */
export function section(one, view, { loading = skeleton.rows(), isEmpty = () => false, empty: nothingThere = nothing, level = 3 } = {}) {
  if (one.status === 'loading') return loading;
  if (one.status === 'failed') return one.problem.status === 403 ? notAllowed(level) : failed(one, level);
  return html`${one.isStale ? staleness(one) : nothing}${isEmpty(one.data) ? nothingThere : view(one.data)}`;
}

const staleness = one => html`
  <div class="notice warn" role="status">${icon('clock')}<span>${t('kit.stale', { ago: fmt.ago(one.loadedAt) })} ${one.retryAt ? countdown(one.retryAt) : nothing}</span>
    <button class="button small quiet-button" @click=${() => one.reload()}>${t('kit.retry')}</button></div>`;

/** A message in the page: kind 'info' | 'good' | 'warn' | 'bad'. */
export const notice = (kind, content, action = nothing) => html`
  <div class="notice ${kind}" role=${kind === 'bad' ? 'alert' : 'status'}>${icon(KIND_ICONS[kind])}<div>${content}</div>${action}</div>`;

const KIND_ICONS = { info: 'info', good: 'check', warn: 'warning', bad: 'error' };

// ---- Words and figures -----------------------------------------------------------------------------------------------

/** A word in colour: kind 'good' | 'warn' | 'bad' | 'info' | 'plain'. The word says it, the colour repeats it. */
export const chip = (kind, text, withIcon = false) => html`<span class="chip ${kind}">${withIcon && KIND_ICONS[kind] ? icon(KIND_ICONS[kind]) : nothing}${text}</span>`;

/** A text of a person or of the catalogue: shown as text whatever its direction, cut with an ellipsis. */
export const name = text => html`<bdi class="name" title=${text}>${text}</bdi>`;

/** A share of 1 as a bar, with a label for those who do not see it. */
export const bar = (share, label = fmt.percent(share, 0), kind = '') => html`<span class="bar ${kind}" role="img" aria-label=${label}>
  <i .style=${`width:${Math.max(0, Math.min(1, share ?? 0)) * 100}%`}></i></span>`;

/** Long work: share of 1, or undefined where it is not known; seconds to go; a label. */
export const progress = ({ share, eta, label }) => html`<div class="progress">
  <div class="progress-head"><span>${label}</span><span class="quiet">${share === undefined || share === null ? nothing : fmt.percent(share, 0)}${eta ? html` · ${t('kit.eta', { time: fmt.duration(eta) })}` : nothing}</span></div>
  <progress max="1" value=${share ?? nothing} aria-label=${label}></progress></div>`;

/** A small curve of numbers; null leaves a gap. Decorative: put the figure beside it. */
export function sparkline(values) {
  const shown = values.filter(value => value !== null && value !== undefined);
  if (shown.length < 2) return nothing;
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const x = i => (i / (values.length - 1)) * 98 + 1;
  const y = value => (high === low ? 12 : 22 - ((value - low) / (high - low)) * 20);
  let pen = 'M';
  const path = values.map((value, i) => {
    if (value === null || value === undefined) { pen = 'M'; return ''; }
    const step = `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
    return step;
  }).join('');
  return html`<svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">${svg`<path d=${path}></path>`}</svg>`;
}

/** Fewer than these make no percentage. */
export const FEWEST = 5;

/**
 * A figure with what it takes to believe it. `value` is text or a template, `n` its number of sessions (below 5 the value
 * is not shown), `change` {text, direction: 'better' | 'worse' | 'same'}, `completeness` a text where something is
 * missing, `window` a text, `href` the sessions behind it, `definition` a text behind the "i", `trend` numbers.
 */
export function figure({ label, value, n, window: span, change, completeness, href, definition, trend, nLabel = 'kit.sessions', few = n !== undefined && n < FEWEST }) {
  return html`<article class="card figure">
    <h3 class="figure-label">${label}${definition ? explain(label, definition) : nothing}</h3>
    <p class="figure-value">${few ? html`<span class="few">${t('kit.tooFew')}</span>` : value}</p>
    ${change && !few ? html`<p class="change ${change.direction}">${icon({ better: 'check', worse: 'warning', same: 'same' }[change.direction])}
      <span>${change.text} <span class="quiet">${t(`kit.${change.direction}`)}</span></span></p>` : nothing}
    ${trend && !few ? sparkline(trend) : nothing}
    <p class="figure-foot">${n === undefined ? nothing : href
      ? html`<a href=${href}>${plural(nLabel, n)}</a>` : html`<span>${plural(nLabel, n)}</span>`}${span ? html`<span>${span}</span>` : nothing}</p>
    ${completeness ? html`<p class="completeness">${icon('info')}<span>${completeness}</span></p>` : nothing}
  </article>`;
}

let explanations = 0;
const explanationIds = new Map();

/** A small "i" that opens a definition. */
export function explain(label, text) {
  const key = `${label}|${text}`;
  if (!explanationIds.has(key)) explanationIds.set(key, `explain-${++explanations}`);
  const id = explanationIds.get(key);
  return html`<button class="explain" type="button" popovertarget=${id} aria-label=${t('kit.whatIs', { label })}>${icon('info')}</button>
    <div id=${id} class="popover" popover><strong>${label}</strong><p>${text}</p></div>`;
}

/** How a figure moved: `better: 'up' | 'down'` says which direction is good. Changes that round to nothing are 'same'. */
export function change(difference, show, better = 'up', smallest = 0) {
  if (difference === null || difference === undefined) return undefined;
  const direction = Math.abs(difference) <= smallest ? 'same' : (difference > 0) === (better === 'up') ? 'better' : 'worse';
  return { text: show(difference), direction };
}

// ---- Tables and lists ------------------------------------------------------------------------------------------------

/**
 * A table that becomes cards on phones. `columns`: {key, label, value(row), align: 'end', sort: name, isHead}; `href(row)`
 * makes the first column a link; `sort` {by, descending} with `onSort(by)`; `rowKey(row)` and `isMarked(row)` are optional.
 */
export const table = ({ caption, columns, rows, href, sort, onSort, isMarked = () => false, seenCaption = false }) => html`
  <div class="table-box card" tabindex="0" role="region" aria-label=${caption}><table class="table" role="table">
    <caption class=${seenCaption ? '' : 'unseen'}>${caption}</caption>
    <thead><tr role="row">${columns.map(column => html`<th scope="col" role="columnheader" class=${column.align ?? ''}
      aria-sort=${column.sort && sort?.by === column.sort ? (sort.descending ? 'descending' : 'ascending') : nothing}>
      ${column.sort && onSort ? html`<button class="sort" @click=${() => onSort(column.sort)}>${column.label}${sort?.by === column.sort
        ? icon(sort.descending ? 'down' : 'up') : nothing}</button>` : column.label}</th>`)}</tr></thead>
    <tbody>${rows.map(row => html`<tr role="row" class=${isMarked(row) ? 'marked' : ''}>${columns.map((column, i) => cell(column, row, i === 0, href))}</tr>`)}</tbody>
  </table></div>`;

const cell = (column, row, first, href) => {
  const value = column.value ? column.value(row) : row[column.key];
  const content = first && href ? html`<a class="row-link" href=${href(row)}>${value}</a>` : value;
  return first ? html`<th scope="row" role="rowheader" class=${column.align ?? ''}>${content}</th>`
    : html`<td role="cell" class=${column.align ?? ''} data-label=${column.label}>${content}</td>`;
};

/** More of a list by its cursor. */
export const pager = ({ next, isLoading = false, onNext }) => (next ? html`<div class="pager">
  <button class="button" ?disabled=${isLoading} @click=${onNext}>${t(isLoading ? 'kit.loading' : 'kit.more')}</button></div>` : nothing);

/**
 * The pages after the first of a list whose filters are in the address: `pages`, `isLoading`, `load(cursor)`, which
 * appends what `read(cursor)` answers. Another address begins anew, and an answer for the one before it is dropped.
 */
export function furtherPages(read) {
  const more = state({ pages: [], isLoading: false, load });
  address.onChange(() => Object.assign(more, { pages: [], isLoading: false }));

  async function load(cursor) {
    if (more.isLoading) return;
    const { pages } = more;
    more.isLoading = true;
    try {
      const found = await read(cursor);
      if (more.pages === pages) Object.assign(more, { pages: [...pages, found], isLoading: false });
    } catch (problem) {
      if (more.pages === pages) more.isLoading = false;
      if (!('status' in problem)) throw problem;
      toast(advice(problem), 'bad');
    }
  }

  return more;
}

/** Views of one thing, each with an address: items {value, label, count}, the parameter of the address they set. */
export const tabs = ({ label, items, parameter, selected = address.get(parameter) ?? items[0].value }) => html`
  <nav class="tabs" aria-label=${label}>${items.map(item => html`<a href=${address.with({ [parameter]: item.value === items[0].value ? undefined : item.value })}
    aria-current=${item.value === selected ? 'page' : nothing} @click=${inPage}>${item.label}${item.count === undefined ? nothing
      : html`<span class="count">${fmt.number(item.count)}</span>`}</a>`)}</nav>`;

/** For links that only change the parameters of this page: no load. */
export function inPage(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const target = new URL(event.currentTarget.href);
  if (target.pathname !== location.pathname) location.assign(target);
  else address.set({ ...Object.fromEntries(Object.keys(address.get()).map(key => [key, undefined])), ...Object.fromEntries(target.searchParams) });
}

/** Filters of the address: each {name, label, options: [{value, label}]} is a select; the first option is "all". */
export const filters = (list, more = nothing) => html`<div class="filters" role="group" aria-label=${t('kit.filters')}>
  ${list.map(filter => html`<label class="filter"><span>${filter.label}</span>
    <select class="select" @change=${event => address.set({ [filter.name]: event.target.value, cursor: undefined })}>
      ${filter.options.map(option => html`<option value=${option.value} .selected=${(filter.value ?? address.get(filter.name) ?? filter.options[0].value) === option.value}>${option.label}</option>`)}
    </select></label>`)}${more}</div>`;

/** A word of the server, such as a rule or a status, in the person's language; unknown ones as they are. */
export const word = (prefix, value) => (hasText(`${prefix}.${value}`) ? t(`${prefix}.${value}`) : String(value ?? '–'));

/** A heading with what can be done beside it. */
export const heading = (title, { sub, actions = nothing, level = 1 } = {}) => html`<div class="heading"><div>
  ${level === 1 ? html`<h1>${title}</h1>` : html`<h2>${title}</h2>`}${sub ? html`<p class="quiet">${sub}</p>` : nothing}</div><div class="actions">${actions}</div></div>`;

/** A part of the page with its heading. */
export const card = (title, content, { sub, actions, id } = {}) => html`<section class="card panel" id=${id ?? nothing}>
  ${title ? heading(title, { sub, actions, level: 2 }) : nothing}${content}</section>`;

export { parts };

const CHARTS_AGAIN_MS = 5_000;
let charts;
let isLoadingCharts = false;

/** A chart is loaded when it is first drawn, and again after a failure; until then its place is kept. `chart(({ timeSeries }) => timeSeries({…}))`. */
export function chart(draw, loading = skeleton.plot()) {
  if (charts) return draw(charts);
  if (!isLoadingCharts) {
    isLoadingCharts = true;
    import('./chart.js').then(module => { charts = module; redraw(); }, () => setTimeout(() => {
      isLoadingCharts = false;
      redraw();
    }, CHARTS_AGAIN_MS));
  }
  return loading;
}

// ---- Messages --------------------------------------------------------------------------------------------------------

let toasts = [];

/** A message that closes by itself (bad ones stay until they are closed); read out by screen readers. */
export function toast(text, kind = 'good') {
  const one = { text, kind };
  toasts = [...toasts.slice(-2), one];
  if (kind !== 'bad') setTimeout(() => close(one), 6000);
  redraw();
}

function close(one) {
  toasts = toasts.filter(other => other !== one);
  redraw();
}

/** Where toasts appear; page() puts it into every page. */
export const toastArea = () => html`<div class="toasts" role="status" aria-live="polite">${toasts.map(one => html`
  <div class="toast ${one.kind}">${icon(KIND_ICONS[one.kind])}<span>${one.text}</span>
    <button class="icon-button" aria-label=${t('kit.close')} @click=${() => close(one)}>${icon('cross')}</button></div>`)}</div>`;

// ---- The page: who is signed in, the frame, its language, its banners ------------------------------------------------------

const NAVIGATION = {
  patient: [['/patient', 'home', 'kit.nav.today'], ['/patient/library', 'library', 'kit.nav.library'], ['/patient/settings', 'settings', 'kit.nav.settings']],
  specialist: [['/therapist', 'people', 'kit.nav.patients'], ['/clinic/inbox', 'inbox', 'kit.nav.inbox']],
  clinic_admin: [['/clinic', 'chart', 'kit.nav.overview'], ['/clinic/sessions', 'list', 'kit.nav.sessions'],
    ['/clinic/inbox', 'inbox', 'kit.nav.inbox'], ['/clinic/thresholds', 'threshold', 'kit.nav.thresholds']],
  superadmin: [],
};

/** Where each role begins. */
export const HOME = { patient: '/patient', specialist: '/therapist', clinic_admin: '/clinic', superadmin: '/docs' };

const THEMES = ['system', 'light', 'dark'];
const THEME = 'kinebeam.theme';
applyTheme(localStorage.getItem(THEME));

/** The last choice in this browser, which a person's own choice precedes. */
const ownTheme = () => `${THEME}.${stateOfPage.person?.person_id ?? ''}`;
const chosenTheme = () => localStorage.getItem(ownTheme()) ?? localStorage.getItem(THEME) ?? 'system';

function applyTheme(theme) {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function chooseTheme(theme) {
  localStorage.setItem(THEME, theme);
  localStorage.setItem(ownTheme(), theme);
  applyTheme(theme);
  dispatchEvent(new Event('kinebeam:theme'));
  redraw();
}

/** Whether the page is dark now; charts ask. The event `kinebeam:theme` on window says that it changed. */
export const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => dispatchEvent(new Event('kinebeam:theme')));

let stateOfPage = { person: undefined, problem: undefined, ready: false };
let dialogs = () => nothing;

/** form.js registers its dialogs here. */
export const withDialogs = draw => { dialogs = draw; };

/**
 * Mounts a page in `#page`. `words`: its dictionaries; `title()`: its text in the tab; `roles`: who may see it (others
 * get "not allowed"); `view(me)`: the content; `isPublic`: shown without a session and without asking who is there;
 * `isBare`: without the frame's navigation. Sources that a page makes before this call load meanwhile.
 */
export async function page({ words = [], title, roles, view, isPublic = false, isBare = false }) {
  onDraw(() => {
    // Sources of the page may answer before its words and the person are known.
    if (!stateOfPage.ready) return;
    document.title = `${title()} · Kinebeam`;
    const root = document.getElementById('page');
    render(frame({ roles, view, isBare }), root);
    root.removeAttribute('aria-busy');
  });
  const dictionaries = loadWords(...[words].flat());
  const person = isPublic ? Promise.resolve(undefined) : me();
  person.catch(() => {});
  await dictionaries;
  try {
    stateOfPage.person = await person;
    if (stateOfPage.person) await settle(stateOfPage.person);
  } catch (problem) {
    stateOfPage.problem = problem;
  }
  stateOfPage.ready = true;
  endFirstReads();
  redraw();
}

const otherTabs = new BroadcastChannel('kinebeam');
otherTabs.onmessage = ({ data }) => {
  if (data !== 'signed-out' || !stateOfPage.person) return;
  kept.clear();
  location.assign('/sign-in');
};

async function settle(person) {
  kept.own(person.person_id);
  applyTheme(chosenTheme());
  if (person.organization) zone.set(person.organization.time_zone);
  if (person.locale in LANGUAGES && person.locale !== currentLanguage()) await setLanguage(person.locale);
}

function frame({ roles, view, isBare }) {
  const { person, problem } = stateOfPage;
  return html`<a class="skip" href="#main">${t('kit.skip')}</a>
    ${header(person, isBare)}
    ${navigator.onLine ? nothing : html`<div class="banner" role="status">${icon('offline')}${t('kit.offline')}</div>`}
    <main id="main" tabindex="-1">${problem ? cannotOpen(problem) : roles && !roles.includes(person?.role) ? notAllowed(1) : view(person)}</main>
    ${dialogs()}${toastArea()}`;
}

const cannotOpen = problem => html`<div class="state failed" role="alert">${icon('error')}<h1>${t('kit.failed')}</h1>
  <p>${t(problem.status === 0 ? 'kit.noAnswer' : 'kit.unexpected')}</p><button class="button" @click=${() => location.reload()}>${t('kit.retry')}</button></div>`;

function header(person, isBare) {
  const items = isBare ? [] : NAVIGATION[person?.role] ?? [];
  return html`<header class="top">
    <a class="brand" href=${HOME[person?.role] ?? '/'}>${mark()}<span>Kinebeam</span></a>
    ${items.length ? html`<nav class="nav" aria-label=${t('kit.nav')}>${items.map(([href, picture, label]) => html`
      <a href=${href} aria-current=${isCurrent(href, items) ? 'page' : nothing}>${icon(picture)}<span>${t(label)}</span></a>`)}</nav>` : nothing}
    <div class="top-end">${person?.organization ? html`<span class="clinic"><bdi>${person.organization.name}</bdi></span>` : nothing}
      <button class="account" popovertarget="account" aria-label=${t('kit.account')}>${person ? html`<span class="avatar" aria-hidden="true">${initials(person.display_name)}</span>` : icon('settings')}</button>
      <div id="account" class="popover menu" popover>
        ${person ? html`<p class="menu-name"><strong><bdi>${person.display_name}</bdi></strong><span class="quiet">${t(`kit.role.${person.role}`)}</span></p>` : nothing}
        ${appearance()}
        ${person ? html`<button class="button wide" @click=${signOut}>${t('kit.signOut')}</button>` : nothing}
      </div></div></header>`;
}

/** The longest address of the navigation that this page is under. */
function isCurrent(href, items) {
  const under = items.map(([other]) => other)
    .filter(other => location.pathname === other || location.pathname.startsWith(`${other}/`))
    .sort((a, b) => b.length - a.length)[0];
  return href === under;
}

const choice = (label, values, selected, show, choose) => html`<fieldset class="choice"><legend>${t(label)}</legend>
  <div class="segments">${values.map(value => html`<button type="button" class=${classes('segment', value === selected && 'selected')}
    aria-pressed=${value === selected} @click=${() => choose(value)}>${show(value)}</button>`)}</div></fieldset>`;

/** The choice of the language, kept with the person, and of the theme, kept in this browser. */
export const appearance = () => html`
  ${choice('kit.language', Object.keys(LANGUAGES), currentLanguage(), key => LANGUAGES[key], chooseLanguage)}
  ${choice('kit.theme', THEMES, chosenTheme(), key => t(`kit.theme.${key}`), chooseTheme)}`;

const mark = () => html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9"></rect>
  <path d="M10 7v18M22 8l-9.5 8L22 24"></path></svg>`;

/** Of a name, for a round picture of a person. */
export const initials = text => (text ?? '?').split(/\s+/).map(part => [...part][0] ?? '').slice(0, 2).join('').toUpperCase();

async function chooseLanguage(language) {
  await setLanguage(language);
  redraw();
  if (!stateOfPage.person) return;
  stateOfPage.person.locale = language;
  try {
    await put('/v1/me', { locale: language });
  } catch {
    toast(t('kit.languageNotKept'), 'warn');
  }
}

/** Ends the session in all tabs; what was typed and not sent is dropped with it. Says so where the session did not end. */
export async function signOut() {
  let next;
  try {
    ({ next } = await post('/auth/logout'));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    toast(t('kit.notSignedOut'), 'bad');
    return;
  }
  kept.clear();
  otherTabs.postMessage('signed-out');
  location.assign(next);
}

/** "Back" may bring a page as it was left: it is shown again only to the person who saw it. */
async function isStillSignedIn() {
  try {
    const answer = await fetch('/v1/me', { credentials: 'same-origin', cache: 'no-store' });
    return answer.ok && (await answer.json()).person_id === stateOfPage.person.person_id;
  } catch {
    return false;
  }
}

addEventListener('pageshow', async ({ persisted }) => {
  if (!persisted || !stateOfPage.person) return;
  const root = document.getElementById('page');
  root.hidden = true;
  if (await isStillSignedIn()) root.hidden = false;
  else location.reload();
});

addEventListener('online', redraw);
addEventListener('offline', redraw);
