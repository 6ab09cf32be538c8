// Charts, each with its table: time series by uPlot, which is loaded with the first one; bars, funnels and strips as HTML.
import { html, nothing, redraw } from './core.js';
import { fmt, plural, t, zone } from './i18n.js';

let library;

/** uPlot is a classic script; two tags because a page may not contain style of its own. */
const load = () => (library ??= new Promise((resolve, reject) => {
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/webjars/uplot/dist/uPlot.min.css' });
  const script = Object.assign(document.createElement('script'), { src: '/webjars/uplot/dist/uPlot.iife.min.js' });
  script.onload = () => resolve(window.uPlot);
  script.onerror = () => { library = undefined; reject(new Error('the chart library did not load')); };
  document.head.append(sheet, script);
}));

const shownAsTable = new Set();

/** A heading with the switch between chart and table; `id` names the chart in this page. */
const withTable = (id, title, legend, plot, rows) => html`<figure class="chart" role="group" aria-label=${title}>
  <div class="chart-head">${legend}<button class="button small" type="button" @click=${() => {
    if (!shownAsTable.delete(id)) shownAsTable.add(id);
    redraw();
  }}>${t(shownAsTable.has(id) ? 'kit.chart.plot' : 'kit.chart.table')}</button></div>
  ${shownAsTable.has(id) ? rows : plot}</figure>`;

const plainTable = (title, heads, rows) => html`<div class="table-box" tabindex="0" role="region" aria-label=${title}><table class="table" role="table">
  <caption class="unseen">${title}</caption><thead><tr role="row">${heads.map((head, i) => html`<th scope="col" role="columnheader" class=${i ? 'end' : ''}>${head}</th>`)}</tr></thead>
  <tbody>${rows.map(row => html`<tr role="row">${row.map((value, i) => (i ? html`<td role="cell" class="end" data-label=${heads[i]}>${value}</td>` : html`<th scope="row" role="rowheader">${value}</th>`))}</tr>`)}</tbody></table></div>`;

/**
 * Values over time. `times`: moments (RFC 3339 or milliseconds), `series`: [{label, values, format}] where null is a gap,
 * `bucket`: 'hour' | 'day' | 'week' (how times are written), `onPick(index)`: a click on a moment, `height` in pixels.
 */
export function timeSeries({ id, title, times, series, bucket = 'day', onPick, height = 260 }) {
  const when = i => describe(times[i], bucket);
  const legend = html`<ul class="legend">${series.map((one, s) => html`<li class="series-${s}"><i></i><span class="quiet">${one.label}</span></li>`)}</ul>`;
  const rows = () => plainTable(title, [t('kit.chart.time'), ...series.map(one => one.label)],
    times.map((ignored, i) => [when(i), ...series.map(one => (one.format ?? fmt.number)(one.values[i]))]));
  if (!times.length) return html`<p class="quiet">${t('kit.chart.none')}</p>`;
  return withTable(id, title, legend, html`<kinebeam-plot class="chart-plot" role="img" aria-label=${summary(title, times, series, when)}
    .height=${height} .model=${{ times, series, bucket, onPick }}></kinebeam-plot>`, shownAsTable.has(id) ? rows() : nothing);
}

function summary(title, times, series, when) {
  const words = series.map(one => {
    const known = one.values.filter(value => value !== null && value !== undefined);
    const show = one.format ?? fmt.number;
    return known.length ? `${one.label}: ${show(Math.min(...known))} – ${show(Math.max(...known))}` : `${one.label}: –`;
  });
  return `${title}. ${when(0)} – ${when(times.length - 1)}. ${words.join('. ')}`;
}

const describe = (time, bucket) => (bucket === 'hour' ? fmt.dayTime(time) : fmt.day(zone.day(time)));

/** The element that holds a plot: it draws when it has a width, and again with new data, a new size or another theme. */
class Plot extends HTMLElement {
  #model;
  #plot;
  #sizes = new ResizeObserver(() => this.#fit());
  #recolour = () => this.#rebuild();

  set model(model) {
    const shape = JSON.stringify([model.times, model.series.map(one => [one.label, one.values])]);
    const isSame = shape === this.#model?.shape;
    this.#model = { ...model, shape };
    if (this.isConnected && !isSame) this.#rebuild();
  }

  connectedCallback() {
    this.style.minHeight = `${this.height}px`;
    this.#sizes.observe(this);
    addEventListener('kinebeam:theme', this.#recolour);
    this.#rebuild();
  }

  disconnectedCallback() {
    this.#sizes.disconnect();
    removeEventListener('kinebeam:theme', this.#recolour);
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #fit() {
    const width = Math.floor(this.clientWidth);
    if (this.#plot && width && width !== this.#plot.width) this.#plot.setSize({ width, height: this.height });
  }

  async #rebuild() {
    let UPlot;
    try {
      UPlot = await load();
    } catch {
      this.textContent = t('kit.chart.failed');
      return;
    }
    if (!this.isConnected) return;
    this.#plot?.destroy();
    this.#plot = new UPlot(options(this, this.#model, this.height), data(this.#model), this);
  }
}
customElements.define('kinebeam-plot', Plot);

const data = model => [model.times.map(time => new Date(time).getTime() / 1000), ...model.series.map(one => one.values.map(value => value ?? null))];

/** The computed colour of a token or of a series; canvas does not know light-dark(). */
function colour(host, className, property = 'color') {
  const probe = document.createElement('span');
  probe.className = className;
  host.append(probe);
  const value = getComputedStyle(probe)[property];
  probe.remove();
  return value;
}

function options(host, model, height) {
  const quiet = colour(host, 'quiet');
  const line = colour(host, 'chart-line', 'borderTopColor');
  const font = '12px system-ui, sans-serif';
  const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
  const format = model.series[0].format ?? fmt.number;
  const own = model.series.findIndex(one => one.format && one.format !== format);
  return {
    width: Math.max(200, Math.floor(host.clientWidth)),
    height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 8 }, drag: { x: false, y: false } },
    // Ticks at the clinic's midnights, also on days with 23 or 25 hours.
    tzDate: seconds => new Date(seconds * 1000),
    scales: { x: { time: false }, y: { range: (u, low, high) => [Math.min(0, low ?? 0), (high || 1) * 1.08] }, own: { range: (u, low, high) => [Math.min(0, low ?? 0), (high || 1) * 1.08] } },
    axes: [
      { ...axis, grid: { show: false }, splits: () => ticks(model, host.clientWidth), values: (u, splits) => splits.map(at => label(at, model)), size: 30 },
      { ...axis, size: 58, values: (u, splits) => splits.map(value => format(value)) },
      ...(own > 0 ? [{ ...axis, side: 1, scale: 'own', size: 58, grid: { show: false }, values: (u, splits) => splits.map(value => model.series[own].format(value)) }] : []),
    ],
    series: [{}, ...model.series.map((one, s) => ({
      label: one.label, stroke: colour(host, `series-${s}`), width: 2, spanGaps: false,
      scale: one.format && one.format !== format ? 'own' : 'y',
      points: { show: model.times.length <= 60, size: 5, fill: colour(host, 'chart-surface', 'backgroundColor') },
      fill: s === 0 && model.series.length === 1 ? colour(host, 'chart-fill', 'backgroundColor') : undefined,
    }))],
    plugins: [tip(host, model)],
  };
}

/** Every n-th moment, so many as there is room for. */
function ticks(model, width) {
  const every = Math.max(1, Math.ceil(model.times.length / Math.max(2, Math.floor(width / 84))));
  return model.times.filter((ignored, i) => i % every === 0).map(time => new Date(time).getTime() / 1000);
}

const label = (seconds, model) => {
  const span = new Date(model.times.at(-1)) - new Date(model.times[0]);
  const moment = new Date(seconds * 1000);
  if (model.bucket === 'hour' && span < 2 * 86_400_000) return fmt.time(moment);
  return fmt.dayShort(zone.day(moment));
};

/** What the pointer is at, in words. */
function tip(host, model) {
  const box = document.createElement('div');
  box.className = 'chart-tip';
  box.hidden = true;
  const show = plot => {
    const i = plot.cursor.idx;
    box.hidden = i === null || i === undefined || plot.cursor.left < 0;
    if (box.hidden) return;
    box.replaceChildren(...[describe(model.times[i], model.bucket), ...model.series.map(one => `${one.label}: ${(one.format ?? fmt.number)(one.values[i])}`)]
      .map((text, at) => Object.assign(document.createElement(at ? 'span' : 'strong'), { textContent: text })));
    const x = plot.valToPos(plot.data[0][i], 'x') + plot.over.offsetLeft;
    box.style.left = `${Math.max(4, Math.min(x + 12, host.clientWidth - box.offsetWidth - 4))}px`;
  };
  return {
    hooks: {
      ready: plot => {
        host.append(box);
        if (model.onPick) {
          plot.over.classList.add('can-pick');
          plot.over.addEventListener('click', () => { if (plot.cursor.idx !== null) model.onPick(plot.cursor.idx); });
        }
      },
      setCursor: show,
      destroy: () => box.remove(),
    },
  };
}

/**
 * One bar per value of a dimension: items [{label, value, text, href, kind}], `value` in the units of the largest one;
 * `text` is what is written. It reads as a list, so it needs no table.
 */
export const bars = ({ title, items, most = Math.max(...items.map(item => item.value ?? 0), 0) }) => html`<ul class="bars" aria-label=${title}>
  ${items.map(item => html`<li>${item.href ? html`<a class="name" href=${item.href}><bdi>${item.label}</bdi></a>` : html`<bdi class="name" title=${item.label}>${item.label}</bdi>`}
    <span class="bar ${item.kind ?? ''}" aria-hidden="true"><i .style=${`width:${most ? ((item.value ?? 0) / most) * 100 : 0}%`}></i></span>
    <span class="end">${item.text}</span></li>`)}</ul>`;

/** Steps of which each is a part of the one before: [{label, value, href}]. */
export const funnel = ({ title, steps }) => html`<ol class="funnel" aria-label=${title}>${steps.map((step, i) => html`<li>
  ${step.href ? html`<a href=${step.href}>${step.label}</a>` : html`<span>${step.label}</span>`}
  <span class="funnel-bar" aria-hidden="true" .style=${`width:${steps[0].value ? (step.value / steps[0].value) * 100 : 0}%`}></span>
  <span class="end">${fmt.number(step.value)}${i && steps[0].value >= 5 ? html` <span class="quiet">${fmt.percent(step.value / steps[0].value, 0)}</span>` : nothing}</span></li>`)}</ol>`;

/**
 * Shares along a video as a strip of colour with its segments below: `values` shares of 1 in equal steps,
 * `marks` [{label, share}] whose shares add up to 1, `describe(i)` a row of the table, `onPick(i)`.
 */
export const strip = ({ id, title, values, marks = [], describe: row, heads }) => withTable(id, title, html`<span></span>`, html`
  <div class="strip" role="img" aria-label=${`${title}. ${plural('kit.chart.parts', values.length)}`}>
    <div class="strip-cells">${values.map(value => html`<i .style=${`opacity:${0.06 + 0.94 * Math.max(0, Math.min(1, value ?? 0))}`}></i>`)}</div>
    <div class="strip-marks">${marks.map(mark => html`<span .style=${`width:${mark.share * 100}%`} title=${mark.label}>${mark.label}</span>`)}</div></div>`,
shownAsTable.has(id) ? plainTable(title, heads, values.map((ignored, i) => row(i))) : nothing);
