// The clinic's overview: is our video healthy, what is worst, whom does it affect. docs/figures.md defines the figures.
import { Problem, address, follow, get, html, me, nothing, query, redraw, source } from '/kit/core.js';
import { fmt, parts, plural, t, zone } from '/kit/i18n.js';
import { FEWEST, card, change, chart, chip, empty, figure, heading, icon, inPage, name, notice, page, section, skeleton, table, tabs } from '/kit/ui.js';
import { explain, judge } from '/clinic/verdict.js';

const HEALTH = '/v1/clinic/video-health';
const RANGES = ['this', 'last', '7', '28', '90'];
const DIMENSIONS = ['exercise', 'device', 'browser', 'connection', 'resolution'];
const IN_ADDRESS = ['range', 'week', 'from', 'to'];
const EVERY = 60_000;

// ---- What is asked, at once and side by side ---------------------------------------------------------------------------

const isDay = text => !Number.isNaN(Date.parse(`${text}T12:00:00Z`)) && zone.add(text, 0) === text;
const isWeek = text => /^\d{4}-W(0[1-9]|[1-5]\d)$/.test(text) && text <= zone.week(`${text.slice(0, 4)}-12-28`);

/** The time that the address names: {range}, {week} or {from, to}. One that cannot be read is this week, and `isWrong`. */
function chosen() {
  const { range = 'this', week, from, to } = address.get();
  if (week) return isWeek(week) ? { week } : { range: 'this', isWrong: true };
  if (from || to) return isDay(from) && isDay(to) && from <= to ? { from, to } : { range: 'this', isWrong: true };
  return RANGES.includes(range) ? { range } : { range: 'this', isWrong: true };
}

/** The same as parameters of the API, which knows where the clinic's days begin. */
async function asked() {
  const { range, week, from, to } = chosen();
  if (week) return { week };
  if (from) {
    zone.set((await me()).organization.time_zone);
    return { from: zone.start(from), to: zone.start(zone.add(to, 1)) };
  }
  return range === 'this' || range === 'last' ? { week: range } : { days: range };
}

/** The step of the curve: hours of one or two days, weeks of very many. */
function bucket() {
  const { from, to } = chosen();
  if (!from) return 'day';
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  return days <= 2 ? 'hour' : days <= 100 ? 'day' : 'week';
}

const dimension = () => (DIMENSIONS.includes(address.get('by')) ? address.get('by') : DIMENSIONS[0]);

const health = source(async ({ signal }) => {
  const figures = await get(query(HEALTH, { ...await asked(), by: bucket(), without: 'funnel' }), { signal });
  if (chosen().range === 'this' && figures.sessions < FEWEST) figures.before = await lastWeek(signal);
  const { trouble } = judge(figures.before ?? figures);
  if (trouble) findReason(figures.before ?? figures, trouble);
  return figures;
}, { on: IN_ADDRESS, every: EVERY });

/** A week that has just begun says nothing yet: what there was in the one before, if it says more. */
async function lastWeek(signal) {
  const figures = await get(query(HEALTH, { week: 'last', by: 'day', without: 'funnel' }), { signal });
  return figures.sessions < FEWEST ? undefined : figures;
}

/** What the figures, and the links beside them, are of. */
const onPage = () => health.data?.before ?? health.data;
const groups = source(async ({ signal }) =>
  get(query(HEALTH, { ...await asked(), by: dimension(), without: 'funnel' }), { signal }), { on: [...IN_ADDRESS, 'by'], every: EVERY });
const adherence = source(async ({ signal }) => get(query('/v1/clinic/adherence', await asked()), { signal }), { on: IN_ADDRESS, every: EVERY });

/**
 * What explains the worst figure: asked once for each window and figure, after the figures were read and never by a
 * draw, so that what cannot be read is asked again with the next reading only.
 */
const reasons = { of: undefined, found: undefined, hasFailed: false };

async function findReason(figures, trouble) {
  const mine = `${figures.from} ${figures.to} ${trouble.name}`;
  if (reasons.of === mine && !reasons.hasFailed) return;
  Object.assign(reasons, { of: mine, found: undefined, hasFailed: false });
  try {
    const breakdowns = await Promise.all(['exercise', 'device', 'connection'].map(async by =>
      (await get(query(HEALTH, { from: figures.from, to: figures.to, by, without: 'funnel' }))).breakdown));
    if (reasons.of === mine) reasons.found = explain(trouble, figures, breakdowns) ?? null;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (reasons.of === mine) reasons.hasFailed = true;
  }
  redraw();
}

const live = { state: 'lost', data: undefined };
follow('/v1/clinic/playing/stream', {
  onEvent: ({ data }) => { live.data = data; redraw(); },
  onState: state => { live.state = state; redraw(); },
});

// ---- The page ----------------------------------------------------------------------------------------------------------

page({
  words: 'overview',
  roles: ['clinic_admin'],
  title: () => t('overview.title'),
  view: () => html`<div class="stack overview">
    ${heading(t('overview.title'), { sub: health.data ? span(health.data) : t('overview.sub'), actions: exportLink() })}
    ${chooser()}
    ${chosen().isWrong ? notice('warn', t('overview.wrongTime')) : nothing}
    ${section(health, figures => (figures.before ? justBegun(figures) : html`${verdict(figures)}${cards(figures)}${curve(figures)}`),
    { loading: html`${skeleton.text(3)}${skeleton.figures(CARDS.length)}${skeleton.chart()}`, isEmpty: figures => !figures.sessions && !figures.before, empty: emptyClinic(), level: 2 })}
    ${health.status === 'loading' ? nothing : below()}</div>`,
});

/** Comes with the first figures, so that they push nothing down. */
const below = () => html`${health.data?.sessions === 0 || health.data?.before ? nothing : html`${breakdown()}${stalling()}`}
  <div class="split">${playingNow()}${adherenceCard()}</div>
  ${definitions()}`;

/** The first hours of a week: the week before as what it will be compared with. */
const justBegun = ({ sessions, from, to, before }) => html`
  ${notice('info', html`<strong>${plural('overview.justBegun', sessions)}</strong> ${parts('overview.justBegunText', { week: html`<a href=${at('last')} @click=${inPage}>${t('overview.range.last')}</a>` })}`,
    sessions ? html`<a class="button small" href=${address.with({ from, to }, '/clinic/sessions')}>${t('overview.allSessions')}</a>` : nothing)}
  <h2>${t('overview.range.last')} <span class="quiet small">${span(before)}</span></h2>
  ${verdict(before)}${cards(before)}${curve(before)}`;

/** The window, and in which zone; its length where the clocks change. */
const span = figures => {
  const days = figures.hours / 24;
  const odd = Number.isInteger(days) ? '' : ` · ${t('overview.hours', { hours: fmt.number(figures.hours, figures.hours % 1 ? 1 : 0) })}`;
  return `${fmt.range(figures.from, figures.to)} · ${figures.time_zone}${odd}`;
};

const sessionsOf = more => address.with({ from: onPage()?.from, to: onPage()?.to, ...more }, '/clinic/sessions');

const exportLink = () => (onPage()?.sessions ? html`<a class="button" download
  href=${query('/v1/media/sessions.csv', { from: onPage().from, to: onPage().to })}>${icon('download')}${t('overview.csv')}</a>` : nothing);

const emptyClinic = () => empty({
  title: t('overview.empty'), text: t('overview.emptyText'), icon: 'play', level: 2,
  action: chosen().range === '90' ? nothing : html`<a class="button" href=${at('90')} @click=${inPage}>${t('overview.longer')}</a>`,
});

// ---- Which time --------------------------------------------------------------------------------------------------------

/** The address of one of the ranges. */
const at = value => address.with({ range: value === 'this' ? undefined : value, week: undefined, from: undefined, to: undefined });

function chooser() {
  const { range, week, from, to } = chosen();
  const own = week || from;
  // Until the window is known its place is kept.
  const first = zone.day(health.data?.from ?? Date.now());
  const step = n => address.with({ week: zone.week(zone.add(first, 7 * n)), range: undefined, from: undefined, to: undefined });
  const hasSteps = week || range === 'this' || range === 'last';
  return html`<div class="ranges" role="group" aria-label=${t('overview.time')}>
    <nav class="segments" aria-label=${t('overview.time')}>${RANGES.map(value => html`<a class="segment ${!own && range === value ? 'selected' : ''}" href=${at(value)}
      aria-current=${!own && range === value ? 'true' : nothing} @click=${inPage}>${t(`overview.range.${value}`)}</a>`)}</nav>
    ${hasSteps ? html`<span class="steps ${health.data ? '' : 'waiting'}"><a class="icon-button" href=${step(-1)} @click=${inPage} aria-label=${t('overview.weekBefore')}>${icon('previous')}</a>
      <span class="quiet">${t('overview.week', { week: zone.week(first) })}</span>
      <a class="icon-button" href=${step(1)} @click=${inPage} aria-label=${t('overview.weekAfter')}>${icon('next')}</a></span>` : nothing}
    <form class="own-range" @submit=${chooseOwn}>
      <label><span class="small quiet">${t('overview.from')}</span><input class="input" type="date" name="from" required .value=${from ?? (health.data ? first : '')}></label>
      <label><span class="small quiet">${t('overview.to')}</span><input class="input" type="date" name="to" required .value=${to ?? (health.data ? lastDay(health.data) : '')}></label>
      <button class="button">${t('overview.show')}</button></form>
  </div>`;
}

const lastDay = figures => zone.day(new Date(figures.to).getTime() - 1);

function chooseOwn(event) {
  event.preventDefault();
  const [from, to] = ['from', 'to'].map(field => event.target.elements[field].value).sort();
  address.set({ from, to, range: undefined, week: undefined });
}

// ---- The verdict -------------------------------------------------------------------------------------------------------

const show = {
  rebuffering: value => fmt.percent(value, 1),
  start_up: value => fmt.ms(value),
};
const shown = (trouble, value) => (show[trouble.name] ?? show.rebuffering)(value);

function verdict(figures) {
  const found = judge(figures);
  if (found.kind === 'none') return nothing;
  const title = found.kind === 'few' ? t('overview.verdict.few')
    : found.kind === 'good' ? t('overview.verdict.good') : t(`overview.verdict.${found.trouble.name}`, { value: shown(found.trouble, found.value) });
  return html`<section class="card verdict ${found.kind}" aria-label=${t('overview.verdict')}>
    ${icon({ good: 'check', few: 'info', warn: 'warning', bad: 'error' }[found.kind])}
    <div><h2>${title}</h2>
      <p>${found.kind === 'good' ? plural('overview.verdict.goodText', figures.sessions)
    : found.kind === 'few' ? plural('overview.verdict.fewText', figures.sessions) : reason(found)}</p>
      <p class="quiet small">${trust(figures)}</p></div></section>`;
}

function reason({ trouble }) {
  const { found, hasFailed } = reasons;
  if (hasFailed) return html`<span class="quiet">${t('overview.reason.failed')}</span>`;
  if (found === undefined) return html`<span class="quiet">${t('overview.reason.asked')}</span>`;
  if (found === null) return t('overview.reason.none');
  const value = found.group.exercise_name ?? found.group.exercise ?? found.group.value ?? t('overview.unreported');
  const link = html`<a href=${sessionsOf({ ...valueFilter(found.by, found.group), only: behind(trouble) })}><bdi>${value}</bdi></a>`;
  const figure = trouble.name === 'start_up' ? fmt.ms : rate => fmt.percent(rate, 1);
  return parts(`overview.reason.${found.by}`, { value: link, rate: figure(found.rate), other: figure(found.otherRate) });
}

/** The sessions that a figure counts, as the list names them. */
const behind = trouble => ({
  rebuffering: 'stalled', start_up: 'impacted', start_failures: 'start_failed', playback_failures: 'failed',
  exits_before_start: 'exited_before_start', exits_after_stall: 'exited_after_stall', impacted: 'impacted',
}[trouble.name]);

/** How far the figures can be trusted, in a sentence. */
function trust(figures) {
  const { consent: agreed, unfinished, latest_session_at: latest } = figures.completeness;
  const said = [plural('overview.trust.sessions', figures.sessions)];
  if (agreed.n) said.push(consent(agreed));
  if (figures.events_missing.count) said.push(plural('overview.trust.missing', figures.events_missing.count));
  if (figures.counters_disagree.count) said.push(plural('overview.trust.disagree', figures.counters_disagree.count));
  if (figures.percentiles !== 'exact') said.push(t('overview.trust.nearly'));
  if (latest) said.push(t('overview.trust.latest', { ago: fmt.ago(latest) }));
  return html`${said.join(' · ')}${unfinished ? html`<br><strong class="warn-text">${plural('overview.trust.unfinished', unfinished)}</strong>` : nothing}`;
}

// ---- Figures -----------------------------------------------------------------------------------------------------------

/** A change, where both windows have enough sessions for a share. */
const moved = (one, show, better, smallest) =>
  (one && one.n >= 5 && one.previous_n >= 5 ? change(one.change, show, better, smallest) : undefined);

const share = (key, part, better, only, more = {}) => figures => ({
  key, value: fmt.percent(figures[part].rate, 1), n: figures[part].n,
  move: moved(figures.change[part], value => fmt.points(value), better, 0.0005),
  link: figures[part].count || only === 'completed' ? { text: plural(only === 'completed' ? 'overview.completed' : 'overview.count', figures[part].count), href: sessionsOf({ only, ...more }) } : undefined,
  trend: figures.breakdown?.groups.map(group => (group[part].n >= 5 ? group[part].rate : null)),
});

const latency = (key, part, parameter) => figures => {
  const one = figures[part];
  return {
    key, value: fmt.ms(one.p75), n: one.n,
    detail: one.n >= 5 ? html`${t('overview.latency', { avg: fmt.ms(one.avg), p50: fmt.ms(one.p50), p95: fmt.ms(one.p95) })}` : nothing,
    move: moved(figures.change[`${key}_p75_ms`], value => `${value > 0 ? '+' : '−'}${fmt.ms(Math.abs(value))}`, 'down', 5),
    link: one.n ? { text: t('overview.slowest'), href: sessionsOf({ [parameter]: Math.floor(one.p95) }) } : undefined,
    trend: figures.breakdown?.groups.map(group => (group[part].n >= 5 ? group[part].p75 : null)),
    known: figures.sessions ? one.n / figures.sessions : undefined,
  };
};

const CARDS = [
  figures => ({
    key: 'sessions', value: fmt.number(figures.sessions), n: figures.sessions, few: false,
    move: isOver(figures) ? change(figures.change.sessions.change, value => fmt.signed(value), 'up', 0) : undefined,
    link: { text: t('overview.allSessions'), href: sessionsOf({}) },
    trend: figures.breakdown?.groups.map(group => group.sessions),
  }),
  latency('start_up', 'start_up_ms', 'start_up_over_ms'),
  latency('ttfb', 'ttfb_ms', 'ttfb_over_ms'),
  figures => ({
    key: 'start_up_score', value: fmt.number(figures.start_up_score.value, 0), n: figures.start_up_score.n,
    move: moved(figures.change.start_up_score, value => fmt.signed(value, 1), 'up', 0.05),
    known: figures.sessions ? figures.start_up_score.n / figures.sessions : undefined,
    link: { text: t('overview.slowStarts'), href: sessionsOf({ start_up_over_ms: 8000 }) },
  }),
  share('completion', 'completion', 'up', 'completed'),
  figures => ({
    key: 'rebuffering', value: fmt.percent(figures.rebuffering.ratio, 2), n: figures.rebuffering.n,
    move: moved(figures.change.rebuffer_ratio, value => fmt.points(value, 2), 'down', 0.00005),
    link: { text: plural('overview.stalled', figures.stalled.count), href: sessionsOf({ only: 'stalled' }) },
    trend: figures.breakdown?.groups.map(group => (group.rebuffering.n >= 5 ? group.rebuffering.ratio ?? null : null)),
  }),
  share('impacted', 'impacted', 'down', 'impacted'),
  share('exits_after_stall', 'exits_after_stall', 'down', 'exited_after_stall'),
  share('exits_before_start', 'exits_before_start', 'down', 'exited_before_start'),
  share('start_failures', 'start_failures', 'down', 'start_failed'),
  share('playback_failures', 'playback_failures', 'down', 'failed'),
  figures => ({
    key: 'trust', value: fmt.percent(1 - (figures.events_missing.rate ?? 0), 1), n: figures.events_missing.n,
    detail: consent(figures.completeness.consent),
    link: figures.events_missing.count ? { text: plural('overview.withGaps', figures.events_missing.count), href: sessionsOf({ only: 'events_missing' }) } : undefined,
  }),
];

const consent = one => (one.n >= 5 ? t('overview.trust.consent', { share: fmt.percent(one.rate, 0) })
  : t('overview.trust.consentFew', { count: fmt.number(one.count), n: fmt.number(one.n) }));

/** A week that still runs is not compared by its number of sessions. */
const isOver = figures => new Date(figures.to) <= new Date();

function cards(figures) {
  return html`<section aria-label=${t('overview.figures')}><div class="figures">${CARDS.map(make => {
    const one = make(figures);
    return figure({
      label: t(`overview.figure.${one.key}`),
      definition: t(`overview.define.${one.key}`),
      value: html`${one.value}${one.detail ? html`<span class="figure-detail">${one.detail}</span>` : nothing}`,
      n: one.n,
      few: one.few ?? one.n < 5,
      change: one.move && { ...one.move, text: `${one.move.text}` },
      window: html`${one.n && one.n < 5 ? html`<span>${t('overview.fewText')}</span>` : nothing}${one.link ? html`<a class="more" href=${one.link.href}>${one.link.text}</a>` : nothing}`,
      trend: one.trend,
      completeness: one.key === 'trust' ? undefined : gaps(figures, one.known),
    });
  })}</div>
  <p class="quiet small">${t('overview.compared', { range: fmt.range(figures.previous.from, figures.previous.to) })}</p></section>`;
}

/** What is missing behind one figure, where it is more than a hundredth. */
function gaps(figures, known) {
  if (known !== undefined && known < 0.99 && figures.sessions >= 5) return t('overview.known', { share: fmt.percent(known, 0) });
  const missing = figures.events_missing;
  return missing.n >= 5 && missing.rate >= 0.01 ? t('overview.gaps', { share: fmt.percent(missing.rate, 0) }) : undefined;
}

// ---- The curve ---------------------------------------------------------------------------------------------------------

const CURVES = {
  rebuffering: { of: group => (group.rebuffering.n >= 5 ? group.rebuffering.ratio ?? null : null), format: value => fmt.percent(value, 1) },
  start_up: { of: group => (group.start_up_ms.n >= 5 ? group.start_up_ms.p75 : null), format: fmt.ms },
  ttfb: { of: group => (group.ttfb_ms.n >= 5 ? group.ttfb_ms.p75 : null), format: fmt.ms },
  completion: { of: group => (group.completion.n >= 5 ? group.completion.rate : null), format: value => fmt.percent(value, 0) },
  impacted: { of: group => (group.impacted.n >= 5 ? group.impacted.rate : null), format: value => fmt.percent(value, 1) },
};

function curve(figures) {
  const chosen = address.get('curve') in CURVES ? address.get('curve') : 'rebuffering';
  const found = figures.breakdown?.groups ?? [];
  const label = t(`overview.figure.${chosen}`);
  return card(t('overview.curve'), html`
    ${tabs({ label: t('overview.curve'), parameter: 'curve', items: Object.keys(CURVES).map(value => ({ value, label: t(`overview.figure.${value}`) })) })}
    ${chart(({ timeSeries }) => timeSeries({
    id: `curve-${chosen}`, title: label, bucket: figures.breakdown?.by ?? 'day',
    times: found.map(group => group.from),
    series: [{ label, values: found.map(CURVES[chosen].of), format: CURVES[chosen].format }, { label: t('overview.figure.sessions'), values: found.map(group => group.sessions), format: fmt.number }],
    onPick: i => location.assign(address.with({ from: found[i].from, to: found[i].to }, '/clinic/sessions')),
  }))}<p class="quiet small">${t('overview.curveHint', { zone: figures.time_zone })}</p>`);
}

// ---- Breakdown ---------------------------------------------------------------------------------------------------------

const valueFilter = (by, group) => {
  if (group.value === undefined || group.value === null) return { unreported: by };
  return { [by === 'exercise' ? 'media_id' : by]: group.value };
};

const valueName = group => (group.exercise_name ?? group.exercise ?? group.value);

function breakdown() {
  const by = dimension();
  return card(t('overview.breakdown'), html`
    ${tabs({ label: t('overview.breakdown'), parameter: 'by', items: DIMENSIONS.map(value => ({ value, label: t(`overview.by.${value}`) })) })}
    ${section(groups, data => html`${chart(({ bars }) => bars({
    title: t('overview.impactedBy', { by: t(`overview.by.${by}`) }),
    items: data.breakdown.groups.filter(group => group.impacted.n >= 5).slice().sort((a, b) => b.impacted.rate - a.impacted.rate).slice(0, 6).map(group => ({
      label: valueName(group) ?? t('overview.unreported'), value: group.impacted.rate, text: fmt.percent(group.impacted.rate, 1),
      kind: group.impacted.rate >= 0.25 ? 'bad' : group.impacted.rate >= 0.1 ? 'warn' : '', href: sessionsOf({ ...valueFilter(by, group), only: 'impacted' }),
    })),
  }), skeleton.plot(140))}${groupTable(by, data.breakdown)}`, {
    loading: skeleton.rows(5), isEmpty: data => !data.breakdown?.groups.length, empty: empty({ title: t('overview.noGroups'), text: t('overview.emptyText') }),
  })}`, { sub: t('overview.breakdownSub') });
}

const rate = one => (one.n >= 5 ? fmt.percent(one.rate, 1) : t('overview.ofFew', { count: fmt.number(one.count), n: fmt.number(one.n) }));

const groupTable = (by, { groups: rows, others }) => html`${table({
  caption: t('overview.breakdown'),
  rows,
  href: group => sessionsOf(valueFilter(by, group)),
  columns: [
    { key: 'value', label: t(`overview.by.${by}`), value: group => (valueName(group) ? name(valueName(group)) : html`<i>${t('overview.unreported')}</i>`) },
    { key: 'sessions', label: t('overview.figure.sessions'), align: 'end', value: group => fmt.number(group.sessions) },
    { key: 'impacted', label: t('overview.figure.impacted'), align: 'end', value: group => html`<a href=${sessionsOf({ ...valueFilter(by, group), only: 'impacted' })}>${rate(group.impacted)}</a>` },
    { key: 'rebuffering', label: t('overview.figure.rebuffering'), align: 'end', value: group => (group.rebuffering.n >= 5 ? fmt.percent(group.rebuffering.ratio, 2) : '–') },
    { key: 'start', label: t('overview.short.start_up'), align: 'end', value: group => (group.start_up_ms.n >= 5 ? fmt.ms(group.start_up_ms.p75) : '–') },
    { key: 'completion', label: t('overview.figure.completion'), align: 'end', value: group => rate(group.completion) },
    by === 'resolution' ? { key: 'watched', label: t('overview.watched'), align: 'end', value: group => fmt.duration(group.rebuffering.watched_ms / 1000) }
      : { key: 'failed', label: t('overview.short.playback_failures'), align: 'end', value: group => rate(group.playback_failures) },
    ...(by === 'exercise' ? [{ key: 'more', label: t('overview.whereStopped'), align: 'end', value: group => dropOff(group.exercise) }] : []),
  ],
})}${others ? html`<p class="quiet small">${plural('overview.others', others)}</p>` : nothing}`;

/** Where patients stop in an exercise of the catalogue. */
const dropOff = slug => (slug ? html`<a href=${query('/clinic/exercise', { slug, from: onPage()?.from, to: onPage()?.to })}>${t('overview.dropOff')}</a>` : '–');

// ---- Exercises that stall, adherence, who plays now ----------------------------------------------------------------------

const stalling = () => card(t('overview.stalling'), section(health, figures => table({
  caption: t('overview.stalling'),
  rows: figures.top_stalling_exercises,
  href: row => sessionsOf({ media_id: row.media_id, only: 'stalled' }),
  columns: [
    { key: 'exercise', label: t('overview.by.exercise'), value: row => name(row.exercise_name ?? row.exercise ?? row.media_id) },
    { key: 'stalls', label: t('overview.stalls'), align: 'end', value: row => fmt.number(row.stalls) },
    { key: 'ratio', label: t('overview.figure.rebuffering'), align: 'end', value: row => (row.sessions >= 5 ? fmt.percent(row.ratio, 2) : '–') },
    { key: 'p95', label: t('overview.p95Stall'), align: 'end', value: row => (row.stalls_n >= 5 ? fmt.ms(row.p95_stall_ms) : '–') },
    { key: 'more', label: t('overview.whereStopped'), align: 'end', value: row => dropOff(row.exercise) },
  ],
}), { isEmpty: figures => !figures.top_stalling_exercises.length, empty: empty({ title: t('overview.noStalls'), text: t('overview.noStallsText'), icon: 'check' }) }),
{ actions: html`<a class="button" href="/clinic/exercise">${t('overview.allExercises')}</a>` });

const adherenceCard = () => card(t('overview.adherence'), section(adherence, found => html`${chart(({ funnel }) => funnel({
  title: t('overview.adherence'),
  steps: ['assigned', 'opened', 'started', 'completed'].map(step => ({ label: t(`overview.step.${step}`), value: found.exercises[step] })),
}), skeleton.plot(110))}<p class="quiet small">${plural('overview.adherencePatients', found.patients.assigned)} ${t('overview.define.adherence')}</p>`, {
  isEmpty: found => !found.exercises.assigned, empty: empty({ title: t('overview.nothingAssigned'), text: t('overview.nothingAssignedText'), icon: 'list' }),
}));

function playingNow() {
  const { data } = live;
  const state = live.state === 'live' ? chip('good', t('overview.live'), true) : chip('warn', t('overview.lost'), true);
  return card(t('overview.playing'), html`<div aria-live="off">${!data ? html`<p class="quiet">${t('overview.connecting')}</p>`
    : !data.playing.length ? empty({ title: t('overview.noneAtAll'), text: t('overview.noneAtAllText'), icon: 'play' })
      : html`<p>${plural('overview.playingCount', data.sessions)}</p><ul class="playing">${data.playing.slice(0, 12).map(one => html`
        <li><a href=${query('/session', { id: one.session_id })}>${name(one.patient_name ?? t('overview.unnamed'))}</a>
          <span class="quiet">${name(one.exercise_name ?? one.exercise ?? one.media_id ?? t('overview.unreported'))}</span>
          <span class="end">${fmt.clock(one.position_seconds)}${one.duration_seconds ? ` / ${fmt.clock(one.duration_seconds)}` : ''}
          ${one.stalls ? chip('warn', plural('overview.stallCount', one.stalls)) : nothing}</span></li>`)}</ul>`}</div>`, { actions: state });
}

const definitions = () => html`<details class="card panel" id="definitions"><summary>${t('overview.definitions')}</summary>
  <dl>${['sessions', 'start_up', 'ttfb', 'start_up_score', 'completion', 'rebuffering', 'impacted', 'exits_after_stall', 'exits_before_start', 'start_failures', 'playback_failures', 'resolution', 'trust']
    .map(key => html`<dt>${t(key === 'resolution' ? 'overview.by.resolution' : `overview.figure.${key}`)}</dt><dd>${t(`overview.define.${key}`)}</dd>`)}
    <dt>${t('overview.adherence')}</dt><dd>${t('overview.define.adherence')}</dd></dl></details>`;
