// Every component in each of its states, with invented data, for those who write pages and for the tests that photograph it.
import { bars, funnel, strip, timeSeries } from '/kit/chart.js';
import { Problem, address, html } from '/kit/core.js';
import { checkbox, confirmDialog, createForm, errorSummary, input, openDialog, select, submitButton, textarea } from '/kit/form.js';
import { fmt, t, zone } from '/kit/i18n.js';
import {
  advice, bar, card, change, chip, empty, failed, figure, filters, heading, icon, name, notAllowed, notice, page, pager, progress,
  section, skeleton, sparkline, table, tabs, toast,
} from '/kit/ui.js';

zone.set('Europe/Bucharest');

const TOKENS = ['ground', 'surface', 'raised', 'sunken', 'ink', 'quiet', 'line', 'edge', 'accent', 'accent-soft', 'good', 'good-soft',
  'warn', 'warn-soft', 'bad', 'bad-soft', 'info', 'info-soft'];
const ICONS = ['check', 'cross', 'up', 'down', 'same', 'next', 'previous', 'warning', 'error', 'info', 'offline', 'lock', 'clock',
  'people', 'play', 'pause', 'home', 'library', 'settings', 'chart', 'list', 'inbox', 'threshold', 'person', 'download', 'refresh'];
const LONG = 'Întindere '.repeat(50).trim();
const MARKUP = '<b onclick="alert(1)">Stretch</b> & "quotes"';
const ARABIC = 'تمرين الكتف ‮ 10×';

/** The clocks go back on the 25th: that day has 25 hours. */
const DAYS = Array.from({ length: 14 }, (ignored, i) => zone.start(zone.add('2026-10-19', i)));
const STARTS = [1310, 1290, 1420, 1380, null, 1610, 1750, 1820, 1600, 1480, 1390, 1350, 1300, 1240];
const STALLS = [0.011, 0.012, 0.016, 0.013, null, 0.021, 0.034, 0.041, 0.029, 0.018, 0.015, 0.013, 0.012, 0.011];
const busy = new Problem({ status: 503, title: 'busy', requestId: '8f14e45f-ceea-467f-a0e6-cb1f4a7e2d31', retryAfter: 30 });
const stale = { status: 'ready', isStale: true, data: {}, problem: busy, loadedAt: Date.now() - 300_000, reload() {} };
const broken = { status: 'failed', problem: busy, reload() {} };

const form = createForm({
  values: { name: 'Shoulder rotation', minutes: '0', note: '', language: 'ro', remind: true },
  async submit(values) {
    if (!(Number(values.minutes) > 0)) {
      throw new Problem({ status: 400, title: 'refused', errors: [{ field: 'minutes', message: t('design.form.refused') }] });
    }
    toast(t('design.form.kept'));
  },
});

const colours = () => html`<ul class="swatches">${TOKENS.map(token => html`<li><i .style=${`background:var(--${token})`}></i><code>${token}</code></li>`)}</ul>`;

const figures = () => html`<div class="figures">
  ${figure({ label: t('design.startUp'), value: fmt.ms(1240), n: 412, change: change(-120, v => fmt.ms(v), 'down'), trend: STARTS, href: '/design?kind=all', definition: t('design.startUpText') })}
  ${figure({ label: t('design.rebuffer'), value: fmt.percent(0.034), n: 412, change: change(0.012, v => fmt.points(v), 'down'), trend: STALLS, completeness: t('design.missing') })}
  ${figure({ label: t('design.completed'), value: fmt.percent(0.716, 0), n: 412, change: change(0, v => fmt.points(v), 'up'), window: fmt.range('2026-10-19T00:00:00Z', '2026-10-26T00:00:00Z') })}
  ${figure({ label: t('design.failures'), value: fmt.percent(0.33), n: 3 })}</div>`;

const buttons = () => html`<div class="row">
  <button class="button primary" @click=${() => toast(t('design.toast'))}>${icon('play')}${t('design.primary')}</button>
  <button class="button" @click=${() => openDialog({ title: t('design.dialog'), content: close => html`<p>${t('design.dialogText')}</p>
    <div class="actions"><button class="button primary" @click=${() => close(true)}>${t('kit.close')}</button></div>` })}>${t('design.open')}</button>
  <button class="button danger" @click=${() => confirmDialog({ title: t('design.delete'), text: t('design.deleteText'), action: t('design.delete'), danger: true })}>${t('design.delete')}</button>
  <button class="button small" @click=${() => toast(advice(busy), 'bad')}>${t('design.small')}</button>
  <button class="button" disabled>${t('design.disabled')}</button>
  <button class="icon-button" aria-label=${t('kit.retry')}>${icon('refresh')}</button></div>
  <div class="row">${chip('good', t('design.completed'), true)}${chip('warn', t('design.abandoned'), true)}${chip('bad', t('design.failed'), true)}
    ${chip('info', t('design.playing'), true)}${chip('plain', t('design.other'))}</div>
  <div class="row">${ICONS.map(one => html`<span class="quiet">${icon(one)}</span>`)}</div>`;

const rows = [
  { who: 'Maria Ionescu', watched: 1, stalls: 0, kind: 'good', word: 'design.completed' },
  { who: 'Ștefan Țăranu', watched: 0.62, stalls: 4, kind: 'warn', word: 'design.abandoned' },
  { who: LONG, watched: 0.3, stalls: 1, kind: 'bad', word: 'design.failed' },
  { who: MARKUP, watched: 0.9, stalls: 0, kind: 'good', word: 'design.completed' },
  { who: ARABIC, watched: 0.1, stalls: 12, kind: 'info', word: 'design.playing' },
];

const people = () => table({
  caption: t('design.people'),
  rows,
  href: () => '/design',
  sort: { by: address.get('sort') ?? 'stalls', descending: true },
  onSort: by => address.set({ sort: by }),
  columns: [
    { label: t('design.person'), value: row => name(row.who), sort: 'who' },
    { label: t('design.watched'), value: row => html`<span class="row">${bar(row.watched)}<span>${fmt.percent(row.watched, 0)}</span></span>` },
    { label: t('design.stalls'), value: row => fmt.number(row.stalls), align: 'end', sort: 'stalls' },
    { label: t('design.state'), value: row => chip(row.kind, t(row.word)) },
  ],
});

const charts = () => html`
  ${card(t('design.overTime'), timeSeries({ id: 'time', title: t('design.overTime'), times: DAYS, series: [
    { label: t('design.startUp'), values: STARTS, format: fmt.ms }, { label: t('design.rebuffer'), values: STALLS, format: value => fmt.percent(value) }] }))}
  <div class="split">
    ${card(t('design.byDevice'), bars({ title: t('design.byDevice'), items: [['iPhone', 210], ['Android', 143], ['desktop', 51], [LONG, 8]]
      .map(([label, value]) => ({ label, value, text: fmt.number(value), href: '/design' })) }))}
    ${card(t('design.funnel'), funnel({ title: t('design.funnel'), steps: [['design.assigned', 240], ['design.started', 198], ['design.completed', 142]]
      .map(([key, value]) => ({ label: t(key), value, href: '/design' })) }))}
  </div>
  ${card(t('design.along'), strip({ id: 'along', title: t('design.along'), values: Array.from({ length: 50 }, (ignored, i) => 1 - (i / 62) - (i > 24 && i < 30 ? 0.2 : 0)),
    marks: [{ label: 'Intro', share: 0.05 }, { label: t('design.set', { n: 1 }), share: 0.4 }, { label: t('design.pause'), share: 0.1 }, { label: t('design.set', { n: 2 }), share: 0.4 }, { label: 'Outro', share: 0.05 }],
    heads: [t('design.position'), t('design.watched')], describe: i => [fmt.clock(i * 2), fmt.percent(1 - i / 62, 0)] }))}`;

const fields = () => html`<form class="form" @submit=${form.send} novalidate>${errorSummary(form)}
  ${input(form, { name: 'name', label: t('design.form.name'), hint: t('design.form.nameHint') })}
  ${input(form, { name: 'minutes', label: t('design.form.minutes'), type: 'number', inputmode: 'numeric' })}
  ${select(form, { name: 'language', label: t('kit.language'), options: [{ value: 'ro', label: 'Română' }, { value: 'en', label: 'English' }] })}
  ${textarea(form, { name: 'note', label: t('design.form.note') })}
  ${checkbox(form, { name: 'remind', label: t('design.form.remind') })}
  <div class="actions">${submitButton(form, t('design.form.send'))}<button class="button" type="button" @click=${() => form.reset()}>${t('kit.cancel')}</button></div></form>`;

const states = () => html`<div class="states">
  ${card(t('design.loading'), skeleton.text(3))}
  ${card(t('design.empty'), empty({ title: t('design.emptyTitle'), text: t('design.emptyText'), action: html`<a class="button" href="/design">${t('design.primary')}</a>` }))}
  ${card(t('design.broken'), failed(broken))}
  ${card(t('design.forbidden'), notAllowed())}
  ${card(t('design.stale'), section(stale, () => html`<p>${t('design.emptyText')}</p>`))}
  ${card(t('design.progress'), html`${progress({ share: 0.62, eta: 95, label: t('design.rendering') })}${progress({ label: t('design.waiting') })}`)}</div>`;

const notices = () => html`${notice('info', t('design.missing'))}${notice('good', t('design.form.kept'))}${notice('warn', t('design.emptyText'))}${notice('bad', advice(busy))}`;

page({
  words: 'design',
  isPublic: true,
  title: () => t('design.title'),
  view: () => html`<div class="stack">
    ${heading(t('design.title'), { sub: t('design.sub'), actions: html`<a class="button" href="/">${t('kit.toStart')}</a>` })}
    ${tabs({ label: t('design.title'), parameter: 'kind', items: [{ value: 'all', label: t('design.all'), count: 5 }, { value: 'some', label: t('design.some'), count: 2 }] })}
    ${filters([{ name: 'device', label: t('design.device'), options: [{ value: '', label: t('design.all') }, { value: 'iPhone', label: 'iPhone' }] }])}
    ${card(t('design.colours'), colours())}${card(t('design.type'), html`<h1>${t('design.type')} 1</h1><h2>${t('design.type')} 2</h2><h3>${t('design.type')} 3</h3>
      <p>${t('design.startUpText')}</p><p class="quiet">${t('design.emptyText')}</p>`)}
    ${figures()}${card(t('design.buttons'), buttons())}${charts()}${people()}${pager({ next: 'x', onNext() {} })}
    ${card(t('design.formTitle'), fields())}${notices()}${states()}
    ${card(t('design.curve'), sparkline(STARTS))}</div>`,
});
