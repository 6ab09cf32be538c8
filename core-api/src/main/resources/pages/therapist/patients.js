// A therapist's patients: those who had trouble first, and why.
import { address, get, html, nothing, query, source } from '/kit/core.js';
import { fmt, plural, t } from '/kit/i18n.js';
import { chip, empty, explain, furtherPages, heading, icon, inPage, name, page, pager, section, skeleton, table } from '/kit/ui.js';
import { mayRecord, recorder } from './recorder.js';
import { REASONS, adherence, reasons } from './trouble.js';

const asked = cursor => query('/v1/patients', { q: address.get('q'), reason: address.get('reason'), cursor });
const patients = source(({ signal }) => get(asked(), { signal }), { on: ['q', 'reason'], every: 15_000 });

const more = furtherPages(cursor => get(asked(cursor)));

/** A patient who moved up meanwhile is shown once. */
function shown(first) {
  const seen = new Set();
  return [first, ...more.pages].flatMap(one => one.patients)
    .filter(patient => !seen.has(patient.patient_id) && seen.add(patient.patient_id));
}

let typing;
function search(event) {
  const words = event.target.value.trim().slice(0, 100);
  clearTimeout(typing);
  typing = setTimeout(() => address.set({ q: words }, { replace: true }), 250);
}

const searchBox = () => html`<label class="search"><span class="unseen">${t('therapist.search')}</span>${icon('person')}
  <input class="input" type="search" maxlength="100" placeholder=${t('therapist.search')} autocomplete="off" .value=${address.get('q') ?? ''} @input=${search}></label>`;

const reasonLinks = data => html`<nav class="tabs" aria-label=${t('therapist.byTrouble')}>
  ${reasonLink(undefined, t('therapist.all'))}${data?.reasons.map(one => reasonLink(one.code, t(`therapist.short.${one.code}`), one.patients))}</nav>`;

const reasonLink = (code, label, count) => html`<a href=${address.with({ reason: code })} @click=${inPage}
  aria-current=${(address.get('reason') ?? undefined) === code ? 'page' : nothing}>${label}${count === undefined ? nothing : html`<span class="count">${fmt.number(count)}</span>`}</a>`;

const link = patient => `/therapist/patient?id=${patient.patient_id}`;

const columns = me => [
  { key: 'patient', label: t('therapist.patient'), value: patient => name(patient.display_name) },
  { key: 'trouble', label: t('therapist.trouble'), value: patient => html`${patient.playing ? chip('info', t('therapist.playingNow'), true) : nothing}
    ${patient.analytics_consent ? reasons(patient, reasonTarget(patient)) : html`${patient.reasons.length ? reasons(patient) : nothing}<p class="quiet small">${t('therapist.noConsent')}</p>`}` },
  { key: 'adherence', label: t('therapist.adherence'), value: patient => adherence(patient.adherence) },
  { key: 'played', label: t('therapist.sessions'), align: 'end', value: patient => html`<span class="numbers">${fmt.number(patient.playback.sessions)}</span>` },
  { key: 'last', label: t('therapist.last'), value: patient => (patient.last_session_at ? html`<time datetime=${patient.last_session_at}>${fmt.ago(patient.last_session_at)}</time>` : html`<span class="quiet">${t('therapist.never')}</span>`) },
  ...(mayRecord(me) ? [{ key: 'record', label: t('therapist.personalVideo'), align: 'end', value: patient => recorder(patient, 'small') }] : []),
];

const reasonTarget = patient => reason => `${link(patient)}${REASONS[reason.code].set ? `&only=${REASONS[reason.code].set}#sessions` : ''}`;

function completeness(data) {
  const rows = shown(data);
  const incomplete = rows.reduce((sum, patient) => sum + patient.playback.incomplete_sessions, 0);
  const silent = rows.filter(patient => !patient.analytics_consent).length;
  return html`<p class="foot quiet small">${icon('info')}<span>${t('therapist.window', { range: fmt.range(data.window.from, data.window.to), days: data.window.days })}
    ${incomplete ? plural('therapist.incomplete', incomplete) : ''} ${silent ? plural('therapist.silent', silent) : ''}${data.truncated ? ` ${t('therapist.truncated')}` : ''}</span></p>`;
}

function list(data, me) {
  const last = more.pages.at(-1) ?? data;
  return html`${table({ caption: t('therapist.title'), rows: shown(data), columns: columns(me), href: link })}
    ${pager({ next: last.next, isLoading: more.isLoading, onNext: () => more.load(last.next) })}${completeness(data)}`;
}

const isFiltered = () => Boolean(address.get('q') ?? address.get('reason'));

const noPatients = () => (isFiltered()
  ? empty({ title: t('therapist.noMatch'), text: t('therapist.noMatchText'), icon: 'person', action: html`<a class="button" href="/therapist" @click=${inPage}>${t('therapist.showAll')}</a>` })
  : empty({ title: t('therapist.none'), text: t('therapist.noneText'), icon: 'people' }));

const summary = data => (data ? `${plural('therapist.patients', data.total)} · ${plural('therapist.withTrouble', data.with_trouble)}` : undefined);

page({
  words: 'therapist',
  title: () => t('therapist.title'),
  roles: ['specialist', 'clinic_admin'],
  view: me => html`<div class="stack">
    ${heading(t('therapist.title'), { sub: html`${summary(patients.data) ?? t('therapist.lead')}${explain(t('therapist.trouble'), t('therapist.definition'))}`, actions: searchBox() })}
    ${reasonLinks(patients.data)}
    <div aria-live="polite" class="unseen">${summary(patients.data) ?? ''}</div>
    <h2 class="unseen">${t('therapist.list')}</h2>
    ${section(patients, data => list(data, me), { loading: skeleton.rows(8), isEmpty: data => !data.patients.length, empty: noPatients() })}
  </div>`,
});
