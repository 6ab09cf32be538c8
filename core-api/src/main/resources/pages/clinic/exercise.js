// Where patients stop along the video of an exercise: who is still there, where they leave and why, and what is watched.
import { address, get, html, nothing, query, redraw, source, state, svg } from '/kit/core.js';
import { fmt, plural, t } from '/kit/i18n.js';
import { bar, card, chart, classes, empty, filters, heading, icon, name, notice, page, section, skeleton, table } from '/kit/ui.js';

const DAYS = ['7', '30', '90'];
const CAUSES = ['error', 'stall', 'silence', 'stop'];
const COLOURS = { error: 'bad', stall: 'warn', silence: '', stop: '' };
const FEWEST = 5;
const HOUR = 3_600_000;

const slug = () => address.get('slug');
const days = () => (DAYS.includes(address.get('days')) ? Number(address.get('days')) : 30);
const span = () => (address.get('from') ? { from: address.get('from'), to: address.get('to') }
  : { from: new Date(Math.floor(Date.now() / HOUR) * HOUR - days() * 24 * HOUR).toISOString() });
const of = what => ({ signal }) => (slug() ? get(query(`/v1/clinic/exercises/${encodeURIComponent(slug())}/${what}`, span()), { signal }) : null);

const exercises = source(({ signal }) => get(query('/v1/clinic/exercises', span()), { signal }), { on: ['days', 'from', 'to'] });
const map = source(of('heatmap'), { on: ['slug', 'days', 'from', 'to'] });
const places = source(of('drop-off'), { on: ['slug', 'days', 'from', 'to'] });
const view = state({ part: 0, isPictured: false });

page({
  words: 'exercise',
  roles: ['clinic_admin', 'specialist'],
  title: () => t('exercise.title'),
  view: () => html`<div class="stack">
    ${heading(map.data?.name && slug() ? name(map.data.name) : t('exercise.title'), { sub: t('exercise.sub') })}
    ${filters([{ name: 'days', label: t('exercise.window'), options: DAYS.map(value => ({ value: value === '30' ? '' : value, label: plural('exercise.days', Number(value)) })).sort((a, b) => (a.value ? 1 : 0) - (b.value ? 1 : 0)) }])}
    ${slug() ? one() : nothing}
    ${slug() && map.status === 'loading' ? nothing : section(exercises, list, { isEmpty: data => !data.exercises.length, empty: html`<div class="card">${empty({ title: t('exercise.none'), text: t('exercise.noneText'), icon: 'chart' })}</div>` })}</div>`,
});

const list = data => card(t('exercise.all'), table({
  caption: t('exercise.all'), rows: data.exercises, isMarked: row => row.exercise === slug(),
  href: row => address.with({ slug: row.exercise }),
  columns: [
    { key: 'name', label: t('exercise.name'), value: row => name(row.name) },
    { key: 'n', label: t('exercise.sessions'), align: 'end', value: row => fmt.number(row.n) },
    { key: 'completed', label: t('exercise.completed'), align: 'end', value: row => (row.n < FEWEST ? t('kit.tooFew') : fmt.percent(row.completed.rate, 0)) },
  ],
}));

const one = () => section(map, data => (data.n ? html`
  ${card(t('exercise.curve'), curve(data), { sub: t('exercise.curveText') })}
  <div class="split">
    ${card(t('exercise.why'), section(places, why, { loading: skeleton.rows(4) }), { sub: t('exercise.whyText') })}
    ${card(t('exercise.ranges'), ranges(data))}
  </div>
  ${section(places, repetitions, { loading: skeleton.chart() })}
  ${figures(data)}` : html`<div class="card">${empty({ title: t('exercise.nothing'), text: data.without_duration ? plural('exercise.withoutDuration', data.without_duration) : t('exercise.nothingText'), icon: 'chart' })}</div>`),
{ loading: skeleton.chart() });

// ---- Who is still there ----------------------------------------------------------------------------------------------

const WIDTH = 1000;
const HEIGHT = 200;

/** Repetitions from the segment maps, placed by how many sessions reached them: renders differ in length. */
function curve(data) {
  const x = i => (i / data.parts.length) * WIDTH;
  const y = reached => HEIGHT - (reached / data.n) * (HEIGHT - 12);
  const steps = data.parts.map((part, i) => `L${x(i)} ${y(part.reached)}L${x(i + 1)} ${y(part.reached)}`).join('');
  const most = Math.max(1, ...data.parts.map(part => part.left));
  const part = data.parts[view.part];
  const seconds = (view.part / data.parts.length) * data.duration_seconds;
  return html`<div class="stack-s">
    <div class="curve" @pointermove=${pointed}>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${t('exercise.curveLabel', { first: fmt.number(data.parts[0].reached), last: fmt.number(data.parts.at(-1).reached) })}>
        ${svg`<path class="area" d=${`M0 ${HEIGHT}${steps}L${WIDTH} ${HEIGHT}Z`}></path><path class="line" d=${`M0 ${y(data.parts[0].reached)}${steps}`}></path>`}
        ${data.parts.map((each, i) => (each.left ? svg`<rect class="leave" x=${x(i) + 1} width=${WIDTH / data.parts.length - 2} y=${HEIGHT - (each.left / most) * 44} height=${(each.left / most) * 44}></rect>` : nothing))}</svg>
      <span class="curve-cursor" .style=${`left:${view.part + 0.5}%`}></span></div>
    <input class="curve-scrub" type="range" min="0" max=${data.parts.length - 1} .value=${String(view.part)} aria-label=${t('exercise.position')}
      aria-valuetext=${fmt.clock(seconds)} @input=${event => { view.part = Number(event.target.value); }}>
    <p class="curve-tip" aria-live="polite"><strong>${fmt.clock(seconds)}</strong><span>${t('exercise.there', { reached: fmt.number(part.reached), n: fmt.number(data.n) })}</span>
      ${part.left ? html`<span>${plural('exercise.left', part.left)}: ${fmt.list(CAUSES.filter(cause => part.causes[cause]).map(cause => `${fmt.number(part.causes[cause])} ${t(`exercise.cause.${cause}`)}`))}</span>` : nothing}</p>
    <h3>${t('exercise.heat')}</h3>
    <div class="heat" role="img" aria-label=${t('exercise.heatLabel')}>${data.parts.map(each => html`<i .style=${`opacity:${0.06 + 0.94 * each.watched}`}></i>`)}</div>
    ${still(data, seconds)}</div>`;
}

function pointed(event) {
  const box = event.currentTarget.getBoundingClientRect();
  view.part = Math.max(0, Math.min(99, Math.floor(((event.clientX - box.left) / box.width) * 100)));
}

// ---- The picture at the position -------------------------------------------------------------------------------------

const video = { of: undefined, address: undefined, isAsked: false };

/** The preview of the exercise, where one can be played; browsers without HLS show nothing here. */
function still(data, seconds) {
  if (!data.preview_render_id || !document.createElement('video').canPlayType('application/vnd.apple.mpegurl')) return nothing;
  if (video.of !== data.preview_render_id) {
    Object.assign(video, { of: data.preview_render_id, address: undefined });
    get(`/v1/videos/${data.preview_render_id}/playback`).then(answer => {
      video.address = answer.playback_hls_url;
      redraw();
    }, () => { video.address = undefined; });
  }
  return video.address ? html`<video class=${classes('still', view.isPictured && 'seen')} @loadeddata=${() => { view.isPictured = true; }} muted playsinline preload="metadata" aria-label=${t('exercise.picture')} .src=${video.address} .currentTime=${seconds}></video>` : nothing;
}

// ---- Why, and at which repetition ------------------------------------------------------------------------------------

function total(data) {
  const sums = { error: 0, stall: 0, silence: 0, stop: 0 };
  data.segments.forEach(segment => CAUSES.forEach(cause => { sums[cause] += segment.figures.causes[cause]; }));
  return sums;
}

function why(data) {
  const sums = data && data.n ? total(data) : fromMap();
  const all = CAUSES.reduce((sum, cause) => sum + sums[cause], 0);
  if (!all) return html`<p class="quiet">${t('exercise.nobodyLeft')}</p>`;
  return chart(({ bars }) => bars({ title: t('exercise.why'), items: CAUSES.map(cause => ({
    label: t(`exercise.causeLong.${cause}`), value: sums[cause], kind: COLOURS[cause],
    text: all < FEWEST ? fmt.number(sums[cause]) : `${fmt.number(sums[cause])} · ${fmt.percent(sums[cause] / all, 0)}`,
  })) }), skeleton.plot(100));
}

function fromMap() {
  const sums = { error: 0, stall: 0, silence: 0, stop: 0 };
  map.data?.parts.forEach(part => CAUSES.forEach(cause => { sums[cause] += part.causes[cause]; }));
  return sums;
}

function repetitions(data) {
  if (!data || !data.n) return nothing;
  const rows = data.segments.flatMap(segment => (segment.kind === 'set'
    ? segment.repetitions.map((each, i) => ({ what: t('exercise.repetition', { set: fmt.number(segment.set), n: fmt.number(each.repetition), of: fmt.number(segment.repetitions.length) }), side: segment.side, figures: each.figures, first: i === 0 }))
    : [{ what: t(`exercise.segment.${segment.kind}`), figures: segment.figures }]));
  return card(t('exercise.repetitions'), html`
    ${data.most_stop.length && data.n >= FEWEST ? notice('info', data.most_stop.map(each => html`${t('exercise.stretch', { share: fmt.percent(each.share, 0), set: fmt.number(each.set), from: fmt.number(each.from_repetition), to: fmt.number(each.to_repetition) })}<br>`)) : nothing}
    ${chart(({ strip }) => strip({ id: 'repetitions', title: t('exercise.still'), values: rows.map(row => row.figures.reached / data.n),
      marks: data.segments.map(segment => ({ label: markOf(segment), share: Math.max(1, segment.repetitions.length) / rows.length })),
      heads: [t('exercise.place'), t('exercise.reached')], describe: i => [rows[i].what, fmt.number(rows[i].figures.reached)] }), skeleton.plot(60))}
    ${table({ caption: t('exercise.repetitions'), rows, columns: [
      { key: 'what', label: t('exercise.place'), value: row => html`${row.what}${row.side ? html` <span class="quiet">${t(`exercise.side.${row.side}`)}</span>` : nothing}` },
      { key: 'reached', label: t('exercise.reached'), align: 'end', value: row => fmt.number(row.figures.reached) },
      { key: 'stopped', label: t('exercise.stopped'), align: 'end', value: row => (row.figures.stopped ? t('exercise.of', { n: fmt.number(row.figures.stopped), of: fmt.number(row.figures.reached) }) : '–') },
      { key: 'stalls', label: t('exercise.stalls'), align: 'end', value: row => (row.figures.stalls ? fmt.number(row.figures.stalls) : '–') },
    ] })}`, { sub: t('exercise.repetitionsText', { n: plural('kit.sessions', data.n), without: fmt.number(data.without_map) }) });
}

const markOf = segment => (segment.kind === 'set' ? t('exercise.set', { set: fmt.number(segment.set) }) : t(`exercise.segment.${segment.kind}`));

const ranges = data => (data.n < FEWEST ? html`<p class="quiet">${t('kit.tooFew')}</p>` : html`
  <h3>${t('exercise.most')}</h3>${ranked(data, data.most_watched)}<h3>${t('exercise.least')}</h3>${ranked(data, data.least_watched)}`);

const ranked = (data, list) => html`<ol class="ranges">${list.map(range => html`<li>
  <span>${fmt.clock((range.from_percent / 100) * data.duration_seconds)}–${fmt.clock((range.to_percent / 100) * data.duration_seconds)}</span>
  ${bar(range.watched)}<span>${fmt.percent(range.watched, 0)}</span></li>`)}</ol>`;

/** How far the figures can be believed, and the sessions behind them. */
const figures = data => html`<p class="quiet">${icon('info')} ${plural('kit.sessions', data.n)} · ${fmt.range(data.from, data.to)} ·
  ${t('exercise.completedShare', { share: data.n < FEWEST ? t('kit.tooFew') : fmt.percent(data.completed.rate, 0) })}
  ${data.estimated ? html` · ${plural('exercise.estimated', data.estimated)}` : nothing}
  ${data.without_duration ? html` · ${plural('exercise.withoutDuration', data.without_duration)}` : nothing}
  ${data.events_missing ? html` · ${plural('exercise.eventsMissing', data.events_missing)}` : nothing}
  · <a href=${query('/clinic/sessions', { media_id: data.media_id, from: data.from, to: data.to })}>${t('exercise.toSessions')}</a></p>`;
