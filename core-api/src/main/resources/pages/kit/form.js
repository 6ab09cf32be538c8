// Forms and dialogs: errors beside their fields, input that survives an expired session, dialogs of the browser.
import { Problem, html, kept, me, nothing, onExpired, redraw } from './core.js';
import { t } from './i18n.js';
import { advice, icon, requestId, toast, withDialogs } from './ui.js';

/**
 * The state of a form. `createForm({values, submit, draft})`: `values` its first values by field name, `submit(values)`
 * an async function, `draft` a name under which the input is kept in this tab until it is sent or the person signs out.
 * It has values, errors ({field: message}), problem, isSending, isChanged, set(field, value), send(event), reset(values).
 */
export function createForm({ values, submit, draft }) {
  const key = draft && `draft.${draft}`;
  const form = {
    values: { ...values, ...(key && kept.get(key)) },
    errors: {},
    problem: undefined,
    isSending: false,
    isChanged: Boolean(key && kept.get(key)),
    set(field, value) {
      form.values[field] = value;
      form.isChanged = true;
      delete form.errors[field];
      if (key) kept.set(key, form.values);
      redraw();
    },
    /** For @submit: sends, and shows what was refused. Answers whether it was taken. */
    async send(event) {
      event?.preventDefault();
      if (form.isSending) return false;
      Object.assign(form, { isSending: true, problem: undefined, errors: {} });
      redraw();
      try {
        await submit(form.values);
        forms.delete(form);
        form.isChanged = false;
        if (key) kept.set(key, undefined);
        return true;
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        form.refuse(problem);
        return false;
      } finally {
        form.isSending = false;
        redraw();
      }
    },
    /** Shows a problem as the server's refusal: what names a field stands beside it. */
    refuse(problem) {
      form.problem = problem;
      form.errors = Object.fromEntries(problem.errors.map(error => [error.field, error.message]));
      redraw();
      requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector('.error-summary')?.focus()));
    },
    reset(next = values) {
      Object.assign(form, { values: { ...next }, errors: {}, problem: undefined, isChanged: false });
      if (key) kept.set(key, undefined);
      redraw();
    },
  };
  forms.add(form);
  return form;
}

const forms = new Set();

/** Work that is not a form's and may not be lost either, such as a recording: `isThere()` says whether there is any. */
export const holdsInput = isThere => forms.add({ get isChanged() { return isThere(); } });

const hasInput = () => [...forms].some(form => form.isChanged);
addEventListener('beforeunload', event => { if ([...forms].some(form => form.isChanged && form.isSending)) event.preventDefault(); });

/** The summary of a form's errors, which gets the focus: put it first into the form. */
export const errorSummary = form => (form.problem ? html`<div class="error-summary" role="alert" tabindex="-1">
  <h2>${t('kit.form.problem')}</h2>${Object.keys(form.errors).length
    ? html`<ul>${Object.entries(form.errors).map(([field, message]) => html`<li><a href="#field-${field}" @click=${toField}>${message}</a></li>`)}</ul>`
    : html`<p>${form.problem.detail ?? advice(form.problem)}</p>`}${requestId(form.problem)}</div>` : nothing);

function toField(event) {
  event.preventDefault();
  document.getElementById(event.currentTarget.hash.slice(1))?.focus();
}

const describedBy = (form, name, hint) =>
  [hint && `hint-${name}`, form.errors[name] && `error-${name}`].filter(Boolean).join(' ') || nothing;

const around = (form, { name, label, hint }, control) => html`<div class="field ${form.errors[name] ? 'wrong' : ''}">
  <label for="field-${name}">${label}</label>${hint ? html`<span class="hint" id="hint-${name}">${hint}</span>` : nothing}
  ${form.errors[name] ? html`<span class="field-error" id="error-${name}">${icon('error')}<span>${form.errors[name]}</span></span>` : nothing}${control}</div>`;

/** A line of text: {name, label, hint, type, inputmode, autocomplete, min, max, step, placeholder}. Numbers are kept as typed. */
export const input = (form, options) => around(form, options, html`<input class="input" id="field-${options.name}" name=${options.name}
  type=${options.type ?? 'text'} inputmode=${options.inputmode ?? nothing} autocomplete=${options.autocomplete ?? 'off'}
  min=${options.min ?? nothing} max=${options.max ?? nothing} step=${options.step ?? nothing} maxlength=${options.maxlength ?? nothing}
  aria-describedby=${describedBy(form, options.name, options.hint)} aria-invalid=${form.errors[options.name] ? 'true' : nothing}
  .value=${String(form.values[options.name] ?? '')} @input=${event => form.set(options.name, event.target.value)}>`);

/** Several lines of text: {name, label, hint, rows, maxlength}. */
export const textarea = (form, options) => around(form, options, html`<textarea class="input" id="field-${options.name}" name=${options.name}
  rows=${options.rows ?? 4} maxlength=${options.maxlength ?? nothing} aria-describedby=${describedBy(form, options.name, options.hint)}
  aria-invalid=${form.errors[options.name] ? 'true' : nothing} .value=${form.values[options.name] ?? ''}
  @input=${event => form.set(options.name, event.target.value)}></textarea>`);

/** One of several: {name, label, hint, options: [{value, label}]}. */
export const select = (form, options) => around(form, options, html`<select class="select" id="field-${options.name}" name=${options.name}
  aria-describedby=${describedBy(form, options.name, options.hint)} aria-invalid=${form.errors[options.name] ? 'true' : nothing}
  @change=${event => form.set(options.name, event.target.value)}>${options.options.map(option => html`
    <option value=${option.value} .selected=${String(form.values[options.name]) === String(option.value)}>${option.label}</option>`)}</select>`);

/** Yes or no: {name, label, hint}. */
export const checkbox = (form, { name, label, hint }) => html`<div class="field ${form.errors[name] ? 'wrong' : ''}">
  <label class="check"><input type="checkbox" id="field-${name}" name=${name} .checked=${Boolean(form.values[name])}
    aria-describedby=${describedBy(form, name, hint)} @change=${event => form.set(name, event.target.checked)}>${label}</label>
  ${hint ? html`<span class="hint" id="hint-${name}">${hint}</span>` : nothing}
  ${form.errors[name] ? html`<span class="field-error" id="error-${name}">${icon('error')}<span>${form.errors[name]}</span></span>` : nothing}</div>`;

/** The button that sends; it says so while it does. */
export const submitButton = (form, label) => html`<button class="button primary" type="submit" aria-disabled=${form.isSending ? 'true' : nothing}>
  ${form.isSending ? t('kit.form.sending') : label}</button>`;

// ---- Dialogs ---------------------------------------------------------------------------------------------------------

let open;

/**
 * Opens a dialog and answers what it was closed with (undefined by Escape or the cross).
 * `openDialog({title, content(close), wide})`; `content` is drawn again with the page.
 */
export function openDialog({ title, content, wide = false }) {
  open?.close();
  return new Promise(resolve => {
    const focused = document.activeElement;
    const mine = { title, content, wide };
    mine.close = answer => {
      if (open !== mine) return;
      open = undefined;
      redraw();
      requestAnimationFrame(() => focused?.focus?.());
      resolve(answer);
    };
    open = mine;
    redraw();
    requestAnimationFrame(show);
  });
}

function show() {
  const dialog = document.getElementById('dialog');
  if (!dialog) requestAnimationFrame(show);
  else if (!dialog.open) dialog.showModal();
}

/** Asks before something that cannot be taken back: answers true or false. */
export const confirmDialog = async ({ title, text, action, danger = false }) => Boolean(await openDialog({
  title,
  content: close => html`<p>${text}</p><div class="actions"><button class="button" @click=${() => close(false)}>${t('kit.cancel')}</button>
    <button class="button ${danger ? 'danger' : 'primary'}" @click=${() => close(true)}>${action}</button></div>`,
}));

withDialogs(() => (open ? html`<dialog id="dialog" class="dialog ${open.wide ? 'wide' : ''}" aria-labelledby="dialog-title"
    @close=${() => open?.close()}><div class="dialog-box"><div class="dialog-head"><h2 id="dialog-title">${open.title}</h2>
    <button class="icon-button" aria-label=${t('kit.close')} @click=${() => open.close()}>${icon('cross')}</button></div>${open.content(open.close)}</div></dialog>` : nothing));

// ---- Sessions that end -----------------------------------------------------------------------------------------------

let asking;

/** With input in a form, nothing is thrown away: the person signs in in another tab, and the request is repeated. */
onExpired(address => {
  const target = `/sign-in?return=${encodeURIComponent(address)}`;
  if (!hasInput()) {
    location.assign(target);
    return new Promise(() => {});
  }
  asking ??= askToSignIn().finally(() => { asking = undefined; });
  return asking;
});

async function askToSignIn() {
  const before = await me();
  const tabs = new BroadcastChannel('kinebeam');
  try {
    for (;;) {
      const again = await openDialog({
        title: t('kit.expired'),
        content: close => {
          tabs.onmessage = ({ data }) => { if (data === 'signed-in') close(true); };
          return html`<p>${t('kit.expiredText')}</p><div class="actions">
            <a class="button primary" href="/sign-in?return=%2Fsigned-in" target="_blank">${t('kit.signInElsewhere')}</a>
            <button class="button" @click=${() => close(true)}>${t('kit.goOn')}</button></div>`;
        },
      });
      if (!again) throw new Problem({ status: 401, title: t('kit.expired'), detail: t('kit.expiredKept') });
      const answer = await fetch('/v1/me', { credentials: 'same-origin' });
      const now = answer.ok ? await answer.json() : undefined;
      if (now?.person_id === before.person_id) return;
      if (now) await leaveToOther();
      toast(t('kit.stillExpired'), 'warn');
    }
  } finally {
    tabs.close();
  }
}

/** Another person has signed in: what this one entered is not theirs to see or to send. */
function leaveToOther() {
  kept.clear();
  location.assign('/');
  return new Promise(() => {});
}

