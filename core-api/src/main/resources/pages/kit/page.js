// One page: who is signed in, the frame around it, its language, its banners, and what happens when a session ends.
import { Problem, me, post, put } from './api.js';
import { LANGUAGES, currentLanguage, loadWords, setLanguage, t, zone } from './i18n.js';
import { classes, icon, notAllowed, skeleton, toast, toastArea } from './ui.js';
import { html, kept, nothing, onDraw, redraw, render } from './view.js';

const NAVIGATION = {
  patient: [['/patient', 'home', 'kit.nav.today'], ['/patient/library', 'library', 'kit.nav.library'], ['/patient/settings', 'settings', 'kit.nav.settings']],
  specialist: [['/therapist', 'people', 'kit.nav.patients'], ['/clinic/inbox', 'inbox', 'kit.nav.inbox']],
  clinic_admin: [['/clinic', 'chart', 'kit.nav.overview'], ['/clinic/sessions', 'list', 'kit.nav.sessions'],
    ['/clinic/inbox', 'inbox', 'kit.nav.inbox'], ['/clinic/thresholds', 'threshold', 'kit.nav.thresholds']],
  superadmin: [],
};

/** Where each role begins. */
export const HOME = { patient: '/patient', specialist: '/therapist', clinic_admin: '/clinic', superadmin: '/docs' };

const THEMES = ['system', 'light', 'dark'];
const THEME = 'kinebeam.theme';
applyTheme(localStorage.getItem(THEME));

/** The last choice in this browser, which a person's own choice precedes. */
const ownTheme = () => `${THEME}.${stateOfPage.person?.person_id ?? ''}`;
const chosenTheme = () => localStorage.getItem(ownTheme()) ?? localStorage.getItem(THEME) ?? 'system';

function applyTheme(theme) {
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function chooseTheme(theme) {
  localStorage.setItem(THEME, theme);
  localStorage.setItem(ownTheme(), theme);
  applyTheme(theme);
  dispatchEvent(new Event('kinebeam:theme'));
  redraw();
}

/** Whether the page is dark now; charts ask. The event `kinebeam:theme` on window says that it changed. */
export const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => dispatchEvent(new Event('kinebeam:theme')));

let stateOfPage = { person: undefined, problem: undefined, ready: false };
let dialogs = () => nothing;

/** form.js registers its dialogs here. */
export const withDialogs = draw => { dialogs = draw; };

/**
 * Mounts a page in `#page`. `words`: its dictionaries; `title()`: its text in the tab; `roles`: who may see it (others
 * get "not allowed"); `view(me)`: the content; `isPublic`: shown without a session and without asking who is there;
 * `isBare`: without the frame's navigation. Sources that a page makes before this call load meanwhile.
 */
export async function page({ words = [], title, roles, view, isPublic = false, isBare = false }) {
  const root = document.getElementById('page');
  onDraw(() => {
    // Sources of the page may answer before its words and the person are known.
    if (!stateOfPage.ready) return;
    document.title = `${title()} · Kinebeam`;
    render(frame({ roles, view, isBare }), root);
    root.removeAttribute('aria-busy');
  });
  const dictionaries = loadWords(...[words].flat());
  const person = isPublic ? Promise.resolve(undefined) : me();
  person.catch(() => {});
  await dictionaries;
  try {
    stateOfPage.person = await person;
    if (stateOfPage.person) await settle(stateOfPage.person);
  } catch (problem) {
    stateOfPage.problem = problem;
  }
  stateOfPage.ready = true;
  redraw();
}

const tabs = new BroadcastChannel('kinebeam');
tabs.onmessage = ({ data }) => {
  if (data !== 'signed-out' || !stateOfPage.person) return;
  kept.clear();
  location.assign('/sign-in');
};

async function settle(person) {
  kept.own(person.person_id);
  applyTheme(chosenTheme());
  if (person.organization) zone.set(person.organization.time_zone);
  if (person.locale in LANGUAGES && person.locale !== currentLanguage()) await setLanguage(person.locale);
}

function frame({ roles, view, isBare }) {
  const { person, problem } = stateOfPage;
  return html`<a class="skip" href="#main">${t('kit.skip')}</a>
    ${header(person, isBare)}
    ${navigator.onLine ? nothing : html`<div class="banner" role="status">${icon('offline')}${t('kit.offline')}</div>`}
    <main id="main" tabindex="-1">${problem ? cannotOpen(problem) : roles && !roles.includes(person?.role) ? notAllowed(1) : view(person)}</main>
    ${dialogs()}${toastArea()}`;
}

const cannotOpen = problem => html`<div class="state failed" role="alert">${icon('error')}<h1>${t('kit.failed')}</h1>
  <p>${t(problem.status === 0 ? 'kit.noAnswer' : 'kit.unexpected')}</p><button class="button" @click=${() => location.reload()}>${t('kit.retry')}</button></div>`;

function header(person, isBare) {
  const items = isBare ? [] : NAVIGATION[person?.role] ?? [];
  return html`<header class="top">
    <a class="brand" href=${HOME[person?.role] ?? '/'}>${mark()}<span>Kinebeam</span></a>
    ${items.length ? html`<nav class="nav" aria-label=${t('kit.nav')}>${items.map(([href, picture, label]) => html`
      <a href=${href} aria-current=${isCurrent(href, items) ? 'page' : nothing}>${icon(picture)}<span>${t(label)}</span></a>`)}</nav>` : nothing}
    <div class="top-end">${person?.organization ? html`<span class="clinic"><bdi>${person.organization.name}</bdi></span>` : nothing}
      <button class="account" popovertarget="account" aria-label=${t('kit.account')}>${person ? html`<span class="avatar" aria-hidden="true">${initials(person.display_name)}</span>` : icon('settings')}</button>
      <div id="account" class="popover menu" popover>
        ${person ? html`<p class="menu-name"><strong><bdi>${person.display_name}</bdi></strong><span class="quiet">${t(`kit.role.${person.role}`)}</span></p>` : nothing}
        ${appearance()}
        ${person ? html`<button class="button wide" @click=${signOut}>${t('kit.signOut')}</button>` : nothing}
      </div></div></header>`;
}

/** The longest address of the navigation that this page is under. */
function isCurrent(href, items) {
  const under = items.map(([other]) => other)
    .filter(other => location.pathname === other || location.pathname.startsWith(`${other}/`))
    .sort((a, b) => b.length - a.length)[0];
  return href === under;
}

const choice = (label, values, selected, show, choose) => html`<fieldset class="choice"><legend>${t(label)}</legend>
  <div class="segments">${values.map(value => html`<button type="button" class=${classes('segment', value === selected && 'selected')}
    aria-pressed=${value === selected} @click=${() => choose(value)}>${show(value)}</button>`)}</div></fieldset>`;

/** The choice of the language, kept with the person, and of the theme, kept in this browser. */
export const appearance = () => html`
  ${choice('kit.language', Object.keys(LANGUAGES), currentLanguage(), key => LANGUAGES[key], chooseLanguage)}
  ${choice('kit.theme', THEMES, chosenTheme(), key => t(`kit.theme.${key}`), chooseTheme)}`;

const mark = () => html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9"></rect>
  <path d="M10 7v18M22 8l-9.5 8L22 24"></path></svg>`;

const initials = text => (text ?? '?').split(/\s+/).map(part => [...part][0] ?? '').slice(0, 2).join('').toUpperCase();

async function chooseLanguage(language) {
  await setLanguage(language);
  redraw();
  if (!stateOfPage.person) return;
  stateOfPage.person.locale = language;
  try {
    await put('/v1/me', { locale: language });
  } catch {
    toast(t('kit.languageNotKept'), 'warn');
  }
}

/** Ends the session in all tabs; what was typed and not sent is dropped with it. Says so where the session did not end. */
export async function signOut() {
  let next;
  try {
    ({ next } = await post('/auth/logout'));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    toast(t('kit.notSignedOut'), 'bad');
    return;
  }
  kept.clear();
  tabs.postMessage('signed-out');
  location.assign(next);
}

/** "Back" may bring a page as it was left: it is shown again only to the person who saw it. */
async function isStillSignedIn() {
  try {
    const answer = await fetch('/v1/me', { credentials: 'same-origin', cache: 'no-store' });
    return answer.ok && (await answer.json()).person_id === stateOfPage.person.person_id;
  } catch {
    return false;
  }
}

addEventListener('pageshow', async ({ persisted }) => {
  if (!persisted || !stateOfPage.person) return;
  const root = document.getElementById('page');
  root.hidden = true;
  if (await isStillSignedIn()) root.hidden = false;
  else location.reload();
});

addEventListener('online', redraw);
addEventListener('offline', redraw);
