// When alerts are raised, with what other thresholds would have raised in the last seven days.
import { Problem, etagOf, get, html, nothing, post, put, redraw, source, state } from '/kit/core.js';
import { checkbox, createForm, errorSummary, input, submitButton } from '/kit/form.js';
import { fmt, plural, t } from '/kit/i18n.js';
import { advice, card, chip, empty, explain, heading, name, notice, page, section, skeleton, toast } from '/kit/ui.js';
import { sentence } from '/clinic/evidence.js';

const PATH = '/v1/clinic/alert-thresholds';
const RULES = ['cdn_issue', 'content_quality', 'network_degradation'];
const PAUSE = 400;

/** Fields of a rule: how many of the API's units one of the shown unit is. */
const FIELDS = {
  cdn_issue: { threshold: 0.01, ttfb_limit_ms: 1000, min_sessions: 1 },
  content_quality: { threshold: 0.01, min_sessions: 1 },
  network_degradation: { threshold: 1, min_ratio: 0.01, min_sessions: 1 },
};
const DEFAULTS = {
  cdn_issue: { threshold: 20, ttfb_limit_ms: 3, min_sessions: 5 },
  content_quality: { threshold: 10, min_sessions: 5 },
  network_degradation: { threshold: 3, min_ratio: 0.5, min_sessions: 5 },
};

const present = source(({ signal }) => get(PATH, { signal }));
/** Begun with the page, in case nothing of a draft has to be tried. */
const ofPresent = get(`${PATH}/preview`);
ofPresent.catch(() => {});
const preview = state({ data: undefined, problem: undefined, isLoading: false });
const view = state({ conflict: false });
let form;

page({
  words: 'thresholds',
  roles: ['clinic_admin'],
  title: () => t('thresholds.title'),
  view: () => html`<div class="stack">
    ${heading(t('thresholds.title'), { sub: t('thresholds.sub') })}
    ${section(present, data => content(data), { loading: skeleton.cards(3) })}</div>`,
});

function content(data) {
  if (!form) {
    form = createForm({ values: valuesOf(data), draft: 'thresholds', submit: save });
    view.conflict = form.values.etag !== etagOf(data);
    ask(form.isChanged ? undefined : ofPresent);
  }
  return html`<div class="split">
    <form class="form rules" @submit=${send} novalidate>
      ${errorSummary(form)}
      ${view.conflict ? notice('warn', t('thresholds.conflict'), html`<button class="button small" type="button" @click=${takePresent}>${t('thresholds.takePresent')}</button>`) : nothing}
      ${RULES.map(rule => card(t(`thresholds.rule.${rule}`), ruleFields(rule), { sub: t(`thresholds.text.${rule}`) }))}
      <div class="actions">${submitButton(form, t('thresholds.save'))}
        ${form.isChanged ? html`<button class="button" type="button" @click=${takePresent}>${t('thresholds.discard')}</button>
          <span class="quiet" role="status">${t('thresholds.unsaved')}</span>` : nothing}
        <button class="button quiet-button" type="button" @click=${takeDefaults}>${t('thresholds.defaults')}</button></div>
    </form>
    <aside class="sticky" aria-label=${t('thresholds.preview')}>${card(t('thresholds.preview'), previewed(), { sub: t('thresholds.previewText') })}</aside></div>`;
}

const ruleFields = rule => html`${checkbox(form, { name: `${rule}-enabled`, label: t('thresholds.enabled') })}
  <div class="rule-fields">${Object.keys(FIELDS[rule]).map(field => input(form, {
    name: `${rule}-${field}`, label: t(`thresholds.field.${hasOwn(rule, field)}`), inputmode: 'decimal',
    hint: t('thresholds.default', { value: fmt.number(DEFAULTS[rule][field], DEFAULTS[rule][field] % 1 ? 1 : 0) }),
  }))}</div>`;

/** The threshold of the network is a multiple and not a share. */
const hasOwn = (rule, field) => (rule === 'network_degradation' && field === 'threshold' ? 'times' : field);

// ---- The form and the API --------------------------------------------------------------------------------------------

/** With the ETag of what they are changes of: a draft keeps it, so that it does not overwrite what was saved after it. */
function valuesOf(data) {
  const values = { etag: etagOf(data) };
  for (const one of data.thresholds) {
    values[`${one.rule}-enabled`] = one.enabled;
    for (const [field, unit] of Object.entries(FIELDS[one.rule])) values[`${one.rule}-${field}`] = String(Number((one[field] / unit).toPrecision(10)));
  }
  return values;
}

/** What cannot be read as a number is sent as it is: the server names the field and the reason. */
function numberOf(text, unit) {
  const number = Number(String(text).trim().replace(',', '.'));
  return String(text).trim() === '' || Number.isNaN(number) ? String(text) : Number((number * unit).toPrecision(10));
}

const body = values => ({
  thresholds: RULES.map(rule => ({
    rule,
    enabled: Boolean(values[`${rule}-enabled`]),
    ...Object.fromEntries(Object.entries(FIELDS[rule]).map(([field, unit]) => [field, numberOf(values[`${rule}-${field}`], unit)])),
  })),
});

/** Errors by the fields of this form, in its own words. */
const named = problem => new Problem({
  ...problem, status: problem.status, title: problem.title, detail: problem.detail, requestId: problem.requestId,
  errors: (problem.errors ?? []).map(error => {
    const [, i, field] = /^thresholds\[(\d)\]\.(\w+)$/.exec(error.field) ?? [];
    return field ? { ...error, field: `${RULES[i]}-${field}`, message: t(`thresholds.wrong.${hasOwn(RULES[i], field)}`) } : error;
  }),
});

async function save(values) {
  try {
    const now = await put(PATH, body(values), { ifMatch: values.etag });
    values.etag = etagOf(now);
    present.set(now);
    view.conflict = false;
    toast(t('thresholds.saved'));
    ask();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    view.conflict = problem.status === 412;
    throw named(problem);
  }
}

const send = event => form.send(event);

async function takePresent() {
  view.conflict = false;
  const now = await get(PATH);
  present.set(now);
  form.reset(valuesOf(now));
  ask();
}

function takeDefaults() {
  for (const rule of RULES) {
    form.set(`${rule}-enabled`, true);
    for (const [field, value] of Object.entries(DEFAULTS[rule])) form.set(`${rule}-${field}`, String(value));
  }
  changed();
}

// ---- The preview -----------------------------------------------------------------------------------------------------

let waiting;
let running;
document.addEventListener('input', event => { if (event.target.closest?.('form.rules')) changed(); });
document.addEventListener('change', event => { if (event.target.type === 'checkbox' && event.target.closest?.('form.rules')) changed(); });

function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(), PAUSE);
}

/** Asks what the values would have raised, unless that is `begun`; only the newest answer counts. */
async function ask(begun) {
  running?.abort();
  const mine = running = new AbortController();
  preview.isLoading = true;
  try {
    const data = await (begun ?? post(`${PATH}/preview`, body(form.values), { signal: mine.signal }));
    if (mine === running) Object.assign(preview, { data, problem: undefined, isLoading: false });
  } catch (problem) {
    if (mine !== running || problem?.name === 'AbortError') return;
    if (!(problem instanceof Problem)) throw problem;
    Object.assign(preview, { problem: named(problem), isLoading: false });
  }
  redraw();
}

function previewed() {
  const { data, problem } = preview;
  if (!data && !problem) return skeleton.text(5);
  return html`<div class="stack" aria-busy=${preview.isLoading ? 'true' : 'false'} aria-live="polite">
    ${problem ? notice('warn', problem.status === 400 ? html`${t('thresholds.wrongValues')} ${problem.errors.map(error => html`<br>${error.message}`)}` : advice(problem)) : nothing}
    ${data ? html`
      ${data.rules.map(total => html`<p class="rule-total"><span>${t(`thresholds.rule.${total.rule}`)}</span><strong>${fmt.number(total.wanted)}</strong>
        <span class="quiet">${t('thresholds.now', { n: fmt.number(total.present) })}</span></p>`)}
      ${data.complete ? nothing : notice('info', t('thresholds.incomplete', { from: fmt.dayTime(data.from) }))}
      ${data.raised.length ? html`<ul class="raised">${data.raised.map(raised)}</ul>`
        : empty({ title: t('thresholds.none'), text: t('thresholds.noneText'), icon: 'check' })}
      ${data.left_out ? html`<p class="quiet">${plural('thresholds.leftOut', data.left_out)}</p>` : nothing}
      <p class="quiet small">${t('thresholds.from', { n: plural('kit.sessions', data.sessions) })} ${explain(t('thresholds.preview'), t('thresholds.how'))}</p>` : nothing}</div>`;
}

const KINDS = { wanted: 'warn', present: 'good', both: 'plain' };

const raised = one => html`<li><span class="row">${chip(KINDS[one.by], t(`thresholds.by.${one.by}`))}<strong>${fmt.dayTime(one.opened_at)}</strong>
  <span class="quiet small">${one.cleared_at ? t('thresholds.lasted', { time: fmt.duration((new Date(one.cleared_at) - new Date(one.opened_at)) / 1000) }) : t('thresholds.lasts')}</span></span>
  <span>${t(`thresholds.rule.${one.rule}`)}${one.subject ? html` · ${name(one.name ?? one.subject)}` : nothing}</span>
  <span class="quiet small">${sentence(one.rule, one.evidence)}</span></li>`;
