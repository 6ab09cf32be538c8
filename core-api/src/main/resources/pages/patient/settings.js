// What patients decide: consent with its text, language and appearance, a copy of their data.
import { Problem, get, html, nothing, put, redraw, source, state } from '/kit/core.js';
import { createForm, errorSummary, openDialog } from '/kit/form.js';
import { fmt, t } from '/kit/i18n.js';
import { advice, appearance, card, chip, classes, heading, icon, notice, page, section, signOut, skeleton, table, toast } from '/kit/ui.js';

/** Raised with every change of the text's meaning; the answer that is stored names it. */
const TEXT_VERSION = 'analytics-2026-11';
const TEXT_OF = '2026-11-30';

const consent = source(({ signal }) => get('/v1/me/consents/analytics', { signal }));
const copy = state({ isMaking: false, problem: undefined });

const form = createForm({
  values: {},
  submit: async ({ active }) => {
    consent.set(await put('/v1/me/consents/analytics', { active, text_version: TEXT_VERSION }));
    toast(t(active ? 'patient.consent.allowed' : 'patient.consent.declined'));
  },
});

page({
  words: 'patient',
  roles: ['patient'],
  title: () => t('patient.settings.title'),
  view: () => html`<div class="settings">${heading(t('patient.settings.title'))}
    ${consent.status === 'loading' ? html`${skeleton.text(16)}${skeleton.text(4)}` : cards()}</div>`,
});

/** They come together, so that none is pushed down. */
const cards = () => html`${card(t('patient.consent.title'), section(consent, answer), { id: 'consent' })}
    ${card(t('patient.settings.appearance'), appearance())}
    ${card(t('patient.export.title'), exported())}
    ${card(t('patient.settings.account'), html`<div class="actions"><button class="button" @click=${signOut}>${t('kit.signOut')}</button></div>`)}`;

const answer = data => html`<p>${t('patient.consent.text')}</p>
  <ul class="points quiet"><li>${t('patient.consent.measures')}</li><li>${t('patient.consent.benefit')}</li><li>${t('patient.consent.never')}</li>
    <li>${t('patient.consent.keep')}</li></ul>
  <p class="quiet small">${t('patient.consent.version', { date: fmt.date(`${TEXT_OF}T12:00:00Z`) })}</p>
  <div class="consent-state"><strong>${icon(data.active ? 'check' : 'same')}${t(data.active ? 'patient.consent.active' : 'patient.consent.inactive')}</strong>
    <button class=${classes('button', !data.active && 'primary')} id="change" @click=${() => ask(!data.active)}>
      ${t(data.active ? 'patient.consent.stop' : 'patient.consent.allow')}</button></div>
  <h3>${t('patient.consent.history')}</h3>
  ${data.history.length ? table({ caption: t('patient.consent.history'), rows: data.history, columns: [
    { key: 'at', label: t('patient.consent.historyWhen'), value: row => fmt.dayTime(row.at) },
    { key: 'active', label: t('patient.consent.historyAnswer'), value: row =>
      chip(row.active ? 'good' : 'plain', t(`patient.consent.answer.${row.active ? 'given' : 'withdrawn'}`)) },
    { key: 'text_version', label: t('patient.consent.historyText'), value: row => row.text_version ?? '–' },
  ] }) : html`<p class="quiet">${t('patient.consent.historyNone')}</p>`}`;

/** A change is confirmed; a session that ended meanwhile loses nothing, since the form asks the person to sign in. */
async function ask(active) {
  form.reset({});
  form.set('active', active);
  await openDialog({
    title: t(active ? 'patient.consent.allowTitle' : 'patient.consent.declineTitle'),
    content: close => html`<form class="form" novalidate @submit=${async event => { if (await form.send(event)) close(true); }}>${errorSummary(form)}
      <p>${t(active ? 'patient.consent.allowText' : 'patient.consent.declineText')}</p>
      <div class="actions"><button class="button" type="button" @click=${() => close()}>${t('kit.cancel')}</button>
        <button class="button primary" id="confirm" type="submit" aria-disabled=${form.isSending ? 'true' : nothing}>
          ${form.isSending ? t('kit.form.sending') : t(active ? 'patient.consent.allow' : 'patient.consent.stop')}</button></div></form>`,
  });
  if (!form.isSending) form.reset({});
}

const exported = () => html`<p>${t('patient.export.text')}</p>
  ${copy.problem ? notice('bad', advice(copy.problem)) : nothing}
  <div class="actions"><button class="button" id="export" aria-disabled=${copy.isMaking ? 'true' : nothing} @click=${download}>${icon('download')}
    ${t(copy.isMaking ? 'patient.export.making' : 'patient.export.action')}</button></div>`;

/** A file and no JSON, so not by the kit. It is handed to the browser, which saves it. */
async function download() {
  if (copy.isMaking) return;
  Object.assign(copy, { isMaking: true, problem: undefined });
  try {
    const answered = await fetch('/v1/me/export', { method: 'POST', credentials: 'same-origin' });
    if (answered.status === 401) await get('/v1/me');
    if (!answered.ok) throw new Problem({ status: answered.status });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await answered.blob());
    link.download = 'my-data.zip';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    toast(t('patient.export.done'));
  } catch (error) {
    copy.problem = error instanceof Problem ? error : new Problem({ status: 0 });
  }
  copy.isMaking = false;
  redraw();
}
