// The list of sessions behind any figure. Its filters are the parameters of the address, which are those of the API.
import { Problem, address, get, html, nothing, query, redraw, source } from '/kit/core.js';
import { fmt, plural, t } from '/kit/i18n.js';
import { advice, chip, empty, filters, heading, icon, inPage, name, page, pager, section, skeleton, table, toast, word } from '/kit/ui.js';

const LIST = '/v1/media/sessions';
const CHOICES = ['patient_id', 'exercise', 'media_id', 'status', 'only', 'device', 'browser', 'connection', 'resolution', 'unreported', 'start_up_over_ms', 'ttfb_over_ms'];
const FILTERS = ['from', 'to', ...CHOICES];
const SETS = ['stalled', 'impacted', 'failed', 'start_failed', 'exited_before_start', 'exited_after_stall', 'completed', 'started', 'asked_to_play', 'with_errors', 'stopped_early', 'events_missing', 'counters_disagree'];
const STATUSES = ['playing', 'completed', 'abandoned', 'error'];
const PAGE = 50;

const chosen = () => Object.fromEntries(FILTERS.map(key => [key, address.get(key)]));
const more = { rows: [], next: undefined, isLoading: false };

const sessions = source(async ({ signal }) => {
  const first = await get(query(LIST, { ...chosen(), limit: PAGE }), { signal });
  Object.assign(more, { rows: [], next: first.next, isLoading: false });
  return first;
}, { on: FILTERS });

async function loadMore() {
  const asked = address.with({});
  more.isLoading = true;
  redraw();
  try {
    const found = await get(query(LIST, { ...chosen(), limit: PAGE, cursor: more.next }));
    if (asked === address.with({})) Object.assign(more, { rows: [...more.rows, ...found.sessions], next: found.next });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    toast(advice(problem), 'bad');
  } finally {
    more.isLoading = false;
    redraw();
  }
}

page({
  words: 'sessions',
  roles: ['clinic_admin', 'specialist'],
  title: () => t('sessions.title'),
  view: () => html`<div class="stack list-of-sessions">
    ${heading(t('sessions.title'), { sub: address.get('from') && address.get('to') ? fmt.range(address.get('from'), address.get('to')) : t('sessions.lastDays'),
    actions: html`<a class="button" download href=${query(`${LIST}.csv`, chosen())}>${icon('download')}${t('sessions.csv')}</a>` })}
    ${filters([
    { name: 'only', label: t('sessions.only'), options: [{ value: '', label: t('sessions.all') }, ...SETS.map(value => ({ value, label: t(`sessions.only.${value}`) }))] },
    { name: 'status', label: t('sessions.status'), options: [{ value: '', label: t('sessions.all') }, ...STATUSES.map(value => ({ value, label: t(`sessions.status.${value}`) }))] },
  ])}
    ${chips()}
    ${section(sessions, list, { loading: skeleton.rows(10), isEmpty: data => !data.sessions.length, empty: empty({
    title: t('sessions.none'), text: t('sessions.noneText'), icon: 'list',
    action: CHOICES.some(key => address.get(key)) ? html`<a class="button" href=${without(...CHOICES)} @click=${inPage}>${t('sessions.clear')}</a>` : nothing }) })}</div>`,
});

const without = (...keys) => address.with(Object.fromEntries(keys.map(key => [key, undefined])));

/** Each filter with a way to take it away. */
function chips() {
  const set = CHOICES.filter(key => address.get(key));
  const window = address.get('from') || address.get('to');
  if (!set.length && !window) return nothing;
  return html`<ul class="chosen" aria-label=${t('sessions.chosen')}>
    ${window ? one(t('sessions.window'), address.get('from') && address.get('to') ? fmt.range(address.get('from'), address.get('to')) : fmt.date(address.get('from') ?? address.get('to')), without('from', 'to')) : nothing}
    ${set.map(key => one(t(`sessions.filter.${key}`), shown(key, address.get(key)), without(key)))}</ul>`;
}

const one = (label, value, href) => html`<li><a href=${href} @click=${inPage} aria-label=${t('sessions.remove', { label, value })}>
  <span class="quiet">${label}</span>${name(value)}${icon('cross')}</a></li>`;

function shown(key, value) {
  const rows = sessions.data?.sessions ?? [];
  if (key === 'only' && SETS.includes(value)) return t(`sessions.only.${value}`);
  if (key === 'status' && STATUSES.includes(value)) return t(`sessions.status.${value}`);
  if (key === 'unreported') return t('sessions.notReported', { what: word('sessions.filter', value) });
  if (key.endsWith('_ms')) return fmt.ms(Number(value));
  if (key === 'patient_id') return rows[0]?.patient_name ?? value;
  if (key === 'media_id' || key === 'exercise') return rows[0]?.exercise_name ?? value;
  return value;
}

const KINDS = { playing: 'info', completed: 'good', abandoned: 'plain', error: 'bad' };

function list(data) {
  const rows = [...data.sessions, ...more.rows];
  return html`<p class="quiet" role="status">${plural(more.next ? 'sessions.shownOfMore' : 'sessions.shown', rows.length)}</p>
    ${table({
    caption: t('sessions.title'), rows,
    href: row => query('/session', { id: row.session_id }),
    columns: [
      { key: 'started_at', label: t('sessions.started'), value: row => fmt.dayTime(row.started_at) },
      { key: 'patient', label: t('sessions.patient'), value: row => name(row.patient_name ?? t('sessions.unnamed')) },
      { key: 'exercise', label: t('sessions.exercise'), value: row => name(row.exercise_name ?? row.exercise ?? row.media_id ?? '–') },
      { key: 'status', label: t('sessions.status'), value: row => html`${chip(KINDS[row.status], t(`sessions.status.${row.status}`))}` },
      { key: 'completion', label: t('sessions.completion'), align: 'end', value: row => fmt.percent(row.completion_percent / 100, 0) },
      { key: 'start', label: t('sessions.startUp'), align: 'end', value: row => fmt.ms(row.video_load_time_ms) },
      { key: 'stalls', label: t('sessions.stalls'), align: 'end', value: row => (row.stall_count ? `${fmt.number(row.stall_count)} · ${fmt.ms(row.stall_duration_ms)}` : '0') },
      { key: 'errors', label: t('sessions.errors'), align: 'end', value: row => (row.error_count ? html`<span class=${row.fatal_error ? 'bad-text' : ''}>${fmt.number(row.error_count)}</span>` : '0') },
      { key: 'device', label: t('sessions.device'), value: row => name([row.device, row.browser, row.connection_type].filter(Boolean).join(' · ') || '–') },
    ],
  })}${pager({ next: more.next, isLoading: more.isLoading, onNext: loadMore })}`;
}
