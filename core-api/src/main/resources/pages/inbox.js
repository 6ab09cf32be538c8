// The inbox of automations: what the rules raised, live by the stream of changes.
import { follow, get, post } from './api.js';
import { NONE, count, isNow, percent, timeOfDay } from './format.js';

const list = document.getElementById('inbox');
const SHOWN = 8;
const known = new Map();
let following = false;

const says = {
  cdn_issue: e => `${percent(e.share)} of starts wait longer than ${e.ttfb_limit_ms} ms for the first byte (threshold ${percent(e.threshold)})`,
  content_quality: e => `${percent(e.share)} of sessions meet an error (threshold ${percent(e.threshold)})`,
  network_degradation: e => `rebuffer ratio ${percent(e.rebuffer_ratio, 1)}, usually ${percent(e.baseline, 1)} (threshold ${e.threshold} ×)`,
};

function button(automation, action, label) {
  const it = document.createElement('button');
  it.type = 'button';
  it.className = 'act';
  it.textContent = label;
  it.addEventListener('click', async () => {
    it.disabled = true;
    try {
      take(await post(`/v1/automations/${automation.automation_id}/${action}`));
    } catch (error) {
      it.disabled = false;
      it.textContent = error.message;
    }
  });
  return it;
}

function item(a) {
  const li = document.createElement('li');
  li.className = `automation ${a.state}`;
  const head = document.createElement('p');
  head.className = 'automation-head';
  const chip = document.createElement('span');
  chip.className = `chip ${a.state}`;
  chip.textContent = a.state;
  const title = document.createElement('strong');
  title.textContent = a.title;
  head.append(chip, title);
  const why = document.createElement('p');
  why.className = 'sub';
  const about = a.exercise ?? a.subject;
  why.textContent = [about, says[a.rule]?.(a.evidence), `n = ${count(a.evidence.n)}`].filter(Boolean).join(' · ');
  const when = document.createElement('p');
  when.className = 'sub';
  when.textContent = `opened ${timeOfDay(a.opened_at)}${a.resolved_at ? ` · resolved ${timeOfDay(a.resolved_at)}${a.resolved_by === 'condition' ? ', the condition ended' : ''}` : ''}`;
  li.append(head, why, when);
  if (a.state !== 'resolved') {
    const acts = document.createElement('p');
    acts.className = 'acts';
    if (a.state === 'open') acts.append(button(a, 'acknowledge', 'Acknowledge'));
    acts.append(button(a, 'resolve', 'Resolve'));
    li.append(acts);
  }
  return li;
}

function draw() {
  const all = [...known.values()].sort((a, b) =>
    (a.state === 'resolved') - (b.state === 'resolved') || b.opened_at.localeCompare(a.opened_at));
  const open = all.filter(a => a.state !== 'resolved').length;
  isNow(open ? `${open} open` : all.length ? 'all resolved' : NONE, 'inbox-sub');
  if (all.length) list.replaceChildren(...all.slice(0, SHOWN).map(item));
  else list.querySelector('.empty')?.replaceChildren('Nothing has been raised.');
}

/** A later version replaces an earlier one, whichever way it came. */
function take(automation) {
  const before = known.get(automation.automation_id);
  if (before && before.version > automation.version) return;
  known.set(automation.automation_id, { ...before, ...automation });
  draw();
}

/** Loads the inbox once and follows its changes from then on. */
export async function showInbox() {
  if (following) return;
  following = true;
  try {
    const stream = await follow('/v1/automations/stream', take, () => { following = false; });
    const page = await get('/v1/automations?limit=20');
    page.automations.forEach(take);
    draw();
    stream.start();
  } catch (error) {
    following = false;
    throw error;
  }
}
