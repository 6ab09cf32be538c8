import { get, given } from './api.js';
import { NONE, count, counted, isNow, percent, seconds, timeOfDay } from './format.js';
import { showDropOff } from './dropoff.js';
import { showInbox } from './inbox.js';
import { shownExercise, showRender } from './stage.js';

const EVERY_MS = 2000;
const notice = document.getElementById('notice');
const pulse = document.getElementById('pulse');

function showMessage(text) {
  notice.hidden = !text;
  notice.textContent = text ?? '';
}

function figures(health) {
  const by = health.by_status ?? {};
  isNow(count(by.playing ?? 0), 'playing');
  isNow('live rows, at most 10 s old', 'playing-sub');
  isNow(count(health.sessions), 'sessions');
  isNow(`${count(by.completed ?? 0)} completed · ${count(by.abandoned ?? 0)} abandoned · ${count(by.error ?? 0)} with an error`, 'sessions-sub');
  isNow(percent(health.completion.rate), 'completed');
  isNow(`n = ${count(health.completion.n)} that started playing`, 'completed-sub');
  isNow(seconds(health.start_up_ms.p50), 'startup');
  isNow(`median · p95 ${seconds(health.start_up_ms.p95)} · n = ${count(health.start_up_ms.n)}`, 'startup-sub');
  isNow(percent(health.rebuffering.ratio, 2), 'rebuffer');
  isNow(`${counted(health.rebuffering.stalls, 'stall')} · n = ${count(health.rebuffering.n)}`, 'rebuffer-sub');
  isNow(percent(health.playback_failures.rate, 1), 'failures');
  isNow(`${count(health.playback_failures.count)} of ${counted(health.playback_failures.n, 'session')}`, 'failures-sub');
}

function row(session) {
  const tr = document.createElement('tr');
  const cell = (...content) => {
    const td = document.createElement('td');
    td.append(...content);
    tr.append(td);
    return td;
  };
  cell(timeOfDay(session.started_at)).title = session.session_id;
  cell([session.device, session.connection_type].filter(Boolean).join(' · ') || NONE);
  const bar = document.createElement('span');
  bar.className = 'bar';
  const fill = document.createElement('i');
  fill.style.width = `${Math.min(100, session.completion_percent)}%`;
  bar.append(fill);
  cell(bar, `${Math.round(session.completion_percent)} %`);
  cell(session.stall_count ? `${session.stall_count} · ${seconds(session.stall_duration_ms, 1)}` : NONE);
  const chip = document.createElement('span');
  chip.className = `chip ${session.status}`;
  chip.textContent = session.status;
  cell(chip);
  return tr;
}

function recent(sessions) {
  isNow(`${sessions.length} newest`, 'recent-sub');
  const rows = document.getElementById('recent');
  if (sessions.length) rows.replaceChildren(...sessions.map(row));
  else rows.querySelector('.empty')?.replaceChildren('No session yet.');
}

const SECTIONS = ['health', 'recent-card', 'stage', 'inbox-card'];

/** Shows a section; one that this person's role may not read is hidden and not asked for again. */
async function section(id, show) {
  const node = document.getElementById(id);
  if (node.hidden) return;
  try {
    await show();
  } catch (error) {
    if (error.status !== 403) throw error;
    node.hidden = true;
  }
}

async function showStage() {
  await showRender();
  if (shownExercise()) await showDropOff(shownExercise());
}

/** Why there is nothing to see, and what to do. */
function remedy(error) {
  if (!given('token')) {
    return `This page needs a token in its address: ${location.origin}/#token=… `
      + '(./kinebeam demo prints such addresses, ./kinebeam token makes tokens for the local stack).';
  }
  if (error.status === 401) {
    return `The token is not valid any more (${error.reason ?? error.message}). `
      + `Open this page with a new one: ${location.origin}/#token=…`;
  }
  if (error.status === 403) {
    return 'This page is for the clinic\'s staff: open it with the token of a specialist or a clinic_admin.';
  }
  return `The figures cannot be read: ${error.message}. Trying again.`;
}

async function refresh() {
  try {
    if (!given('token')) throw new Error('no token');
    const from = encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString());
    await Promise.all([
      section('health', async () => figures(await get(`/v1/clinic/video-health?from=${from}`))),
      section('recent-card', async () => recent((await get(`/v1/media/sessions?limit=40&from=${from}`)).sessions)),
      section('stage', showStage),
      section('inbox-card', showInbox),
    ]);
    if (SECTIONS.every(id => document.getElementById(id).hidden)) {
      throw Object.assign(new Error('this role may read no section'), { status: 403 });
    }
    pulse.className = 'pulse live';
    pulse.textContent = `live · ${timeOfDay(new Date().toISOString())}`;
    showMessage(null);
  } catch (error) {
    pulse.className = 'pulse lost';
    pulse.textContent = 'not connected';
    showMessage(remedy(error));
  }
}

document.getElementById('stage').hidden = !given('render');
if (given('clinic')) isNow(`${given('clinic')} · the last hour`, 'where');

async function forever() {
  await refresh();
  setTimeout(forever, document.hidden ? EVERY_MS * 5 : EVERY_MS);
}
forever();
