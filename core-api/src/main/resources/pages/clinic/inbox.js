// The clinic's inbox: what the rules raised, why, and what people do about it. Live, and the same in every tab.
import { Problem, address, follow, get, html, nothing, post, query, redraw, source, state } from '/kit/core.js';
import { fmt, plural, t, zone } from '/kit/i18n.js';
import { advice, chart, chip, empty, heading, icon, inPage, name, notice, page, section, skeleton, tabs, toast } from '/kit/ui.js';
import { evidenceBar, sentence } from '/clinic/evidence.js';

const STATES = ['open', 'acknowledged', 'snoozed', 'resolved'];
const KINDS = { open: 'bad', acknowledged: 'info', snoozed: 'warn', resolved: 'good' };
const AFTER = { acknowledge: 'acknowledged', snooze: 'snoozed', resolve: 'resolved', reopen: 'open' };
const PATH = '/v1/automations';

const tab = () => (STATES.includes(address.get('state')) ? address.get('state') : 'open');
const list = source(({ signal }) => get(query(PATH, { state: tab(), limit: 100 }), { signal }), { on: ['state'] });
const detail = source(({ signal }) => (address.get('id') ? get(`${PATH}/${encodeURIComponent(address.get('id'))}`, { signal }) : null), { on: ['id'] });
const view = state({ isLost: false, sending: undefined, undo: undefined, news: undefined });
let mine;

page({
  words: 'inbox',
  roles: ['clinic_admin', 'specialist'],
  title: () => t('inbox.title'),
  view: me => {
    mine = me.person_id;
    return html`<div class="stack">
      ${heading(t('inbox.title'), { sub: t('inbox.sub') })}
      ${view.isLost ? notice('warn', t('inbox.lost')) : nothing}
      ${tabs({ label: t('inbox.states'), parameter: 'state', items: STATES.map(value => ({ value, label: t(`inbox.state.${value}`) })) })}
      ${view.undo ? undoBar() : nothing}
      <div class="inbox ${address.get('id') ? 'has-detail' : ''}">
        <section class="inbox-list" aria-label=${t('inbox.list')}><h2 class="unseen">${t('inbox.list')}</h2>${section(list, data => items(data.automations), {
          loading: skeleton.rows(5), isEmpty: data => !data.automations.length,
          empty: html`<div class="card">${empty({ title: t(`inbox.none.${tab()}`), text: t('inbox.noneText'), icon: 'inbox' })}</div>`,
        })}</section>
        <section class="inbox-detail" aria-label=${t('inbox.detail')}>${detail.data ? nothing : html`<h2 class="unseen">${t('inbox.detail')}</h2>`}${address.get('id') ? section(detail, data => (data ? one(data) : nothing), { loading: skeleton.text(8) })
          : html`<div class="card">${empty({ title: t('inbox.choose'), text: t('inbox.chooseText'), icon: 'list' })}</div>`}</section>
      </div></div>`;
  },
});

// ---- Changes of other people and tabs --------------------------------------------------------------------------------

let waiting;
follow(`${PATH}/stream`, {
  onState: now => {
    if (view.isLost && now === 'live') refresh();
    view.isLost = now === 'lost';
  },
  onEvent: ({ data }) => {
    const shown = detail.data;
    if (shown?.automation_id === data.automation_id && data.version > shown.version && view.sending !== data.automation_id) {
      view.news = { id: data.automation_id, version: data.version, state: data.state };
    }
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 150);
  },
});

function refresh() {
  list.reload();
  if (address.get('id')) detail.reload();
}

// ---- The list --------------------------------------------------------------------------------------------------------

const items = all => html`<ul class="inbox-items" @keydown=${byArrows}>${[...all].sort((a, b) => b.opened_at.localeCompare(a.opened_at)).map(a => html`
  <li><a class="card inbox-item" href=${address.with({ id: a.automation_id })} aria-current=${address.get('id') === a.automation_id ? 'true' : nothing} @click=${choose}>
    <span class="inbox-item-head"><i class="dot ${a.rule}" aria-hidden="true"></i><strong>${t(`inbox.rule.${a.rule}`)}</strong><span class="quiet small">${fmt.ago(a.opened_at)}</span></span>
    ${a.exercise || a.subject ? html`<span class="quiet">${name(a.exercise ?? a.subject)}</span>` : nothing}
    <span class="small">${sentence(a.rule, a.evidence)}</span></a></li>`)}</ul>`;

function choose(event) {
  inPage(event);
  Object.assign(view, { news: undefined });
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector('.inbox-detail')?.scrollIntoView({ block: 'nearest' })));
}

/** Arrow up and down move among the alerts. */
function byArrows(event) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [...event.currentTarget.querySelectorAll('a')];
  const next = links[links.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// ---- One alert -------------------------------------------------------------------------------------------------------

const one = a => {
  dialogs().catch(() => {});
  return html`<article class="card panel">
  <a class="back" href=${address.with({ id: undefined })} @click=${inPage}>${icon('previous')}${t('inbox.back')}</a>
  <header class="inbox-head">${chip(KINDS[a.state], t(`inbox.state.${a.state}`), true)}
    <h2>${t(`inbox.rule.${a.rule}`)}${a.exercise || a.subject ? html` · ${name(a.exercise ?? a.subject)}` : nothing}</h2>
    <p class="quiet">${t('inbox.began', { when: fmt.dayTime(a.opened_at), ago: fmt.ago(a.opened_at) })}${history(a)}</p></header>
  ${view.news && view.news.id === a.automation_id ? notice('info', news(a)) : nothing}
  <p>${sentence(a.rule, a.evidence)}</p>
  ${evidenceBar(a.rule, a.evidence)}
  ${a.behind ? behind(a) : nothing}
  <section class="stack-s"><h3>${t('inbox.next')}</h3><ol class="steps">${[1, 2, 3].map(step => html`<li>${t(`inbox.next.${a.rule}.${step}`)}</li>`)}</ol>
    ${a.exercise ? html`<p><a href=${query('/clinic/exercise', { slug: a.exercise })}>${t('inbox.exercise')}</a></p>` : nothing}</section>
  ${buttons(a)}${feedback(a)}
</article>`;
};

function history(a) {
  const who = a.acted_by ? (a.acted_by.person_id === mine ? t('inbox.you') : a.acted_by.name ?? t('inbox.person')) : undefined;
  if (a.state === 'resolved') {
    const by = a.resolved_by === 'condition' ? t('inbox.byCondition', { when: fmt.dayTime(a.resolved_at) })
      : t('inbox.by.resolved', { who, when: fmt.dayTime(a.resolved_at) });
    return html`<br>${by}${a.resolved_by !== 'condition' && a.cleared_at ? html` ${t('inbox.cleared', { when: fmt.dayTime(a.cleared_at) })}` : nothing}`;
  }
  if (!who) return nothing;
  if (a.state === 'snoozed') return html`<br>${t('inbox.by.snoozed', { who, until: fmt.dayTime(a.snoozed_until) })}`;
  return html`<br>${t(`inbox.by.${a.state}`, { who, when: fmt.dayTime(a.updated_at) })}`;
}

const news = a => t('inbox.changed', {
  state: t(`inbox.state.${a.state}`),
  who: a.acted_by ? (a.acted_by.person_id === mine ? t('inbox.youElsewhere') : a.acted_by.name ?? t('inbox.person')) : t('inbox.rules'),
});

const behind = a => html`<section class="stack-s"><h3>${t('inbox.behind')}</h3>
  <p>${plural('inbox.patients', a.behind.patients)} · <a href=${query('/clinic/sessions', a.behind.filter)}>${plural('inbox.sessions', a.behind.sessions)}</a></p>
  ${a.behind.strip.some(point => (point.value ?? null) !== null) ? chart(({ timeSeries }) => timeSeries({ id: `strip-${a.automation_id}`, title: t(`inbox.strip.${a.rule}`), bucket: 'hour', height: 150, times: a.behind.strip.map(point => point.from),
    series: [{ label: t(`inbox.strip.${a.rule}`), values: a.behind.strip.map(point => point.value ?? null), format: value => fmt.percent(value, 0) }] }), skeleton.plot(150)) : html`<p class="quiet">${t(a.behind.strip.some(point => point.n) ? 'inbox.stripFew' : 'kit.chart.none')}</p>`}</section>`;

const buttons = a => (a.state === 'resolved'
  ? (a.cleared_at ? nothing : html`<div class="actions"><button class="button" @click=${() => act(a, 'reopen')}>${t('inbox.reopen')}</button></div>`)
  : html`<div class="actions">
    ${a.state === 'open' || a.state === 'snoozed' ? html`<button class="button primary" @click=${() => act(a, 'acknowledge')}>${t('inbox.acknowledge')}</button>` : nothing}
    <button class="button" @click=${() => snooze(a)}>${t('inbox.snooze')}</button>
    <button class="button" @click=${() => resolve(a)}>${t('inbox.resolve')}</button></div>`);

const feedback = a => html`<section class="feedback" aria-label=${t('inbox.useful')}><span>${t('inbox.useful')}</span>
  ${[true, false].map(useful => html`<button class="button small" aria-pressed=${a.feedback.mine === useful} @click=${() => answer(a, useful)}>
    ${t(useful ? 'inbox.yes' : 'inbox.no')}</button>`)}
  ${a.feedback.useful + a.feedback.not_useful ? html`<span class="quiet small">${t('inbox.answers', { yes: fmt.number(a.feedback.useful), no: fmt.number(a.feedback.not_useful) })}</span>` : nothing}</section>`;

// ---- What people do --------------------------------------------------------------------------------------------------

/** Another alert may have been chosen while an answer was awaited: the detail is then of that one. */
const isShown = a => address.get('id') === a.automation_id;

/** Shows it as done at once; what the server refuses is shown as it was, with the reason. */
async function act(a, action, body) {
  const before = { tab: tab(), list: list.data, detail: isShown(a) ? detail.data : undefined };
  const after = AFTER[action];
  Object.assign(view, { sending: a.automation_id, news: undefined, undo: undefined });
  if (isShown(a)) detail.set({ ...a, state: after, ...(after === 'snoozed' ? { snoozed_until: untilOf(body) } : {}), ...(after === 'resolved' ? { resolved_at: new Date().toISOString() } : {}), acted_by: { person_id: mine } });
  if (list.data) list.set({ ...list.data, automations: list.data.automations.filter(other => other.automation_id !== a.automation_id || after === tab()) });
  try {
    const now = await post(`${PATH}/${a.automation_id}/${action}`, body, { ifMatch: `"${a.version}"` });
    if (isShown(now)) detail.set({ ...now, behind: a.behind });
    if (action === 'reopen') toast(t('inbox.done.reopen'));
    else view.undo = { a: now, action };
    list.reload();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (before.list && before.tab === tab()) list.set(before.list);
    if (before.detail && isShown(a)) detail.set(before.detail);
    refused(a, problem);
  } finally {
    view.sending = undefined;
  }
}

/** Until the server's answer is here: a snooze until a day ends at eight in the morning of the clinic. */
const untilOf = body => (body.minutes ? new Date(Date.now() + body.minutes * 60_000).toISOString()
  : new Date(new Date(zone.start(body.until_day)).getTime() + 8 * 3_600_000).toISOString());

function refused(a, problem) {
  if (problem.status === 412 || problem.status === 409) {
    toast(t('inbox.overtaken'), 'bad');
    view.news = { id: a.automation_id };
    refresh();
  } else {
    toast(`${t('inbox.notDone')} ${advice(problem)}`, 'bad');
  }
}

const undoBar = () => notice('good', t(`inbox.done.${view.undo.action}`), html`
  <button class="button small" @click=${() => { const { a } = view.undo; act({ ...a, behind: isShown(a) ? detail.data?.behind : undefined }, 'reopen'); }}>${t('inbox.undo')}</button>
  <button class="icon-button" aria-label=${t('kit.close')} @click=${() => { view.undo = undefined; }}>${icon('cross')}</button>`);

/** Dialogs are loaded with the first alert that is opened. */
const dialogs = () => import('/kit/form.js');

async function resolve(a) {
  const { confirmDialog } = await dialogs();
  if (await confirmDialog({ title: t('inbox.resolve'), text: t('inbox.resolveText'), action: t('inbox.resolve') })) act(a, 'resolve');
}

async function snooze(a) {
  const { openDialog } = await dialogs();
  const tomorrow = zone.add(zone.today(), 1);
  let day = tomorrow;
  const body = await openDialog({
    title: t('inbox.snooze'),
    content: close => html`<p>${t('inbox.snoozeText')}</p><div class="snooze">
      <button class="button" @click=${() => close({ minutes: 60 })}>${t('inbox.snooze.hour')}</button>
      <button class="button" @click=${() => close({ until_day: tomorrow })}>${t('inbox.snooze.tomorrow')}</button>
      <form class="row" @submit=${event => { event.preventDefault(); if (event.currentTarget.reportValidity()) close({ until_day: day }); }}>
        <label for="snooze-day">${t('inbox.snooze.day')}</label>
        <input class="input" type="date" id="snooze-day" required min=${tomorrow} max=${zone.add(tomorrow, 30)} .value=${day} @input=${event => { day = event.target.value; }}>
        <button class="button primary" type="submit">${t('inbox.snooze')}</button></form></div>`,
  });
  if (body) act(a, 'snooze', body);
}

async function answer(a, useful) {
  const before = detail.data;
  detail.set({ ...a, feedback: { ...a.feedback, mine: useful } });
  try {
    const now = await post(`${PATH}/${a.automation_id}/feedback`, { useful });
    if (isShown(a) && detail.data) detail.set({ ...detail.data, feedback: now.feedback });
    toast(t('inbox.thanks'));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (isShown(a)) detail.set(before);
    toast(`${t('inbox.notDone')} ${advice(problem)}`, 'bad');
  }
  redraw();
}

