// A page of the tests alone: a list with a filter, a form, a stream of changes.
import { address, follow, get, html, post, query, redraw, source, state } from '/kit/core.js';
import { createForm, errorSummary, input, openDialog, submitButton } from '/kit/form.js';
import { t } from '/kit/i18n.js';
import { filters, heading, page, section } from '/kit/ui.js';

const list = source(({ signal }) => get(query('/v1/trial/list', { colour: address.get('colour') }), { signal }), { on: ['colour'] });
const live = state({ connection: 'none', count: 0 });
const form = createForm({ values: { name: '' }, draft: 'trial', submit: async values => { live.answer = await post('/v1/trial/names', values); } });
window.trial = { live, follow: path => follow(path, { onEvent: () => { live.count++; }, onState: now => { live.connection = now; } }), list, redraw };

page({
  words: 'kit-trial',
  title: () => t('kit-trial.title'),
  view: () => html`<div class="stack">${heading(t('kit-trial.title'))}
    ${filters([{ name: 'colour', label: t('kit-trial.colour'), options: ['', 'red', 'blue'].map(value => ({ value, label: value || '–' })) }])}
    ${section(list, data => html`<ul id="list">${data.items.map(item => html`<li>${item}</li>`)}</ul>`)}
    <form class="form" @submit=${form.send} novalidate>${errorSummary(form)}${input(form, { name: 'name', label: t('kit-trial.name') })}${submitButton(form, t('kit-trial.send'))}</form>
    <button class="button" id="open" @click=${() => openDialog({ title: t('kit-trial.title'), content: close => html`<button class="button" id="inside" @click=${() => close(1)}>${t('kit.close')}</button>` })}>${t('kit-trial.open')}</button>
    <p id="connection">${live.connection}</p><p id="count">${live.count}</p><p id="answer">${live.answer?.kept}</p></div>`,
});
