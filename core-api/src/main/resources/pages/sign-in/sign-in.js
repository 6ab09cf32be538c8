// Signing in: at the clinic's identity provider, and in development as a person of the database.
import { address, get, html, nothing, post, source, state } from '/kit/core.js';
import { plural, t } from '/kit/i18n.js';
import { advice, empty, icon, notice, page, section, skeleton } from '/kit/ui.js';

const ERRORS = ['denied', 'expired', 'provider', 'refused', 'unavailable', 'unknown'];
const RETRY_SECONDS = 15;
const ROLES = ['clinic_admin', 'specialist', 'patient'];
const PICTURES = { clinic_admin: 'chart', specialist: 'people', patient: 'play', superadmin: 'settings' };

const ways = source(async ({ signal }) => {
  const found = await get('/auth/ways', { signal });
  const people = found.development ? (await get('/auth/demo', { signal })).people : [];
  return { ...found, people };
});

const signing = state({ person: undefined, problem: undefined, left: undefined });

/** A path of this server, and nothing that a browser takes for another server's address. */
function returnAddress() {
  const wanted = address.get('return') ?? '';
  return wanted.startsWith('/') && new URL(wanted, location.origin).origin === location.origin ? wanted : '';
}

const loginAddress = () => (returnAddress() ? `/auth/login?return=${encodeURIComponent(returnAddress())}` : '/auth/login');

async function signIn(person) {
  if (signing.person) return;
  signing.person = person.person_id;
  signing.problem = undefined;
  try {
    const { next } = await post('/auth/demo', { person_id: person.person_id });
    location.assign(returnAddress() || next);
  } catch (problem) {
    signing.person = undefined;
    signing.problem = problem;
  }
}

// A browser that comes back to this page from its cache has not signed in.
addEventListener('pageshow', event => { if (event.persisted) signing.person = undefined; });

/** The provider may answer again: the person who waits is sent there by itself. */
function retryByItself() {
  if (address.get('error') !== 'unavailable') return;
  signing.left = RETRY_SECONDS;
  const ticking = setInterval(() => {
    signing.left -= 1;
    if (signing.left > 0) return;
    clearInterval(ticking);
    location.assign(loginAddress());
  }, 1000);
}

function trouble() {
  const code = address.get('error');
  if (signing.problem) return notice('bad', advice(signing.problem));
  if (!code) return nothing;
  const known = ERRORS.includes(code) ? code : 'provider';
  return html`${notice(known === 'expired' ? 'warn' : 'bad', html`<strong>${t(`signin.error.${known}`)}</strong>
    <br>${t(`signin.help.${known}`)}`)}
    ${signing.left > 0 ? html`<p class="quiet small" aria-hidden="true">${plural('signin.retryIn', signing.left)}</p>` : nothing}`;
}

const atProvider = () => html`<a class="button primary big wide" href=${loginAddress()}>${icon('lock')}${t('signin.atProvider')}</a>
  <p class="quiet small">${t('signin.atProviderText')}</p>`;

const initials = name => name.split(/\s+/).map(part => [...part][0] ?? '').slice(0, 2).join('').toUpperCase();

const who = person => html`<li><button class="who" type="button" ?disabled=${Boolean(signing.person)}
    aria-busy=${signing.person === person.person_id ? 'true' : 'false'} @click=${() => signIn(person)}>
  <span class="avatar" aria-hidden="true">${initials(person.display_name)}</span>
  <span class="who-name"><bdi>${person.role === 'superadmin' ? t('kit.role.superadmin') : person.display_name}</bdi></span>${icon('next')}</button></li>`;

const role = (name, people) => (people.length ? html`<div class="who-role">
  <h3>${icon(PICTURES[name])}${t(`kit.role.${name}`)}</h3><p class="quiet small">${t(`signin.role.${name}`)}</p>
  <ul>${people.map(who)}</ul></div>` : nothing);

const clinic = people => html`<section class="card panel clinic-card" aria-label=${people[0].organization}>
  <h2><bdi>${people[0].organization}</bdi></h2>
  <div class="who-roles">${ROLES.map(name => role(name, people.filter(person => person.role === name)))}</div></section>`;

function demo(people) {
  const clinics = new Map();
  for (const person of people.filter(one => one.org_id)) clinics.set(person.org_id, [...(clinics.get(person.org_id) ?? []), person]);
  const platform = people.filter(person => !person.org_id);
  return html`${notice('info', t('signin.demoText'))}
    ${clinics.size ? [...clinics.values()].map(clinic) : empty({ title: t('signin.noPeople'), text: t('signin.noPeopleText'), icon: 'people' })}
    ${platform.length ? html`<section class="card panel clinic-card" aria-label=${t('signin.platform')}><h2>${t('signin.platform')}</h2>
      <div class="who-roles">${role('superadmin', platform)}</div></section>` : nothing}`;
}

function choices({ development, provider, people }) {
  if (!development && !provider) return empty({ title: t('signin.noWay'), text: t('signin.noWayText'), icon: 'lock' });
  return html`${provider ? html`<div class="card panel sign-in-box">${atProvider()}</div>` : nothing}${development ? demo(people) : nothing}`;
}

page({
  words: 'signin',
  isPublic: true,
  isBare: true,
  title: () => t('signin.title'),
  view: () => html`<div class="stack sign-in"><div class="sign-in-head"><h1>${t('signin.title')}</h1>
    <p class="quiet">${t(returnAddress() ? 'signin.leadReturn' : 'signin.lead')}</p></div>
    ${trouble()}${section(ways, choices, { loading: skeleton.rows(4) })}</div>`,
});

retryByItself();
