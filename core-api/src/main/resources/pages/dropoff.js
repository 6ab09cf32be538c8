// Where patients stop: one bar for each repetition, below the segments of the video.
import { get } from './api.js';
import { count, counted, isNow, percent } from './format.js';

const chart = document.getElementById('drop-off');

function bar(place, label, greatest) {
  const it = document.createElement('span');
  it.className = 'stop';
  it.title = `${label}: ${count(place.stopped)} of ${count(place.reached)} who came this far stopped here`
    + (place.stalls ? `, ${counted(place.stalls, 'stall')}` : '');
  const fill = document.createElement('i');
  fill.style.height = `${greatest ? place.stopped / greatest * 100 : 0}%`;
  it.append(fill);
  return it;
}

/** Draws the drop-off of an exercise; nothing where no session has been played. */
export async function showDropOff(slug) {
  let answer;
  try {
    answer = await get(`/v1/clinic/exercises/${encodeURIComponent(slug)}/drop-off`);
  } catch (error) {
    if (error.status === 404) return;
    throw error;
  }
  if (!answer.n) return;
  const places = answer.segments.flatMap(segment => segment.kind === 'set'
    ? segment.repetitions.map(r => [r.figures, `set ${segment.set}, repetition ${r.repetition}`])
    : [[segment.figures, segment.kind]]);
  const greatest = Math.max(...places.map(([place]) => place.stopped));
  chart.replaceChildren(...places.map(([place, label]) => bar(place, label, greatest)));
  chart.setAttribute('aria-label', answer.most_stop[0]?.text ?? 'no viewer stopped early');
  const share = answer.stopped.rate ?? (answer.n ? answer.stopped.count / answer.n : null);
  isNow([`${percent(share)} of ${count(answer.n)} stop early`, answer.most_stop[0]?.text].filter(Boolean).join(' · '), 'drop-off-sub');
  document.getElementById('drop-off-box').hidden = false;
}
