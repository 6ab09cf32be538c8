// The composed video with its segment map: which set and which repetition is on screen.
import { fromGateway, given } from './api.js';
import { clock, isNow } from './format.js';

const video = document.getElementById('video');
const note = document.getElementById('screen-note');
const timeline = document.getElementById('timeline');
let segments = [];
let shown = null;

const NAMES = { intro: 'Intro', pauza: 'Pause', outro: 'Outro' };
const nameOf = s => NAMES[s.kind] ?? `${s.side[0].toUpperCase()}${s.side.slice(1)} × ${s.reps.length - 1}`;

/** The slug of the exercise on screen, once there is one. */
export const shownExercise = () => shown?.exercise;

/** Shows the render that the address names, as soon as it is ready; false while there is nothing to show. */
export async function showRender() {
  const id = given('render');
  if (!id || shown) return Boolean(shown);
  let render;
  try {
    render = await fromGateway(`/v1/renders/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error.status === 404) return false;
    throw error;
  }
  isNow(`${render.exercise} · ${render.language} · ${render.status}`, 'stage-sub');
  if (render.status === 'failed') note.textContent = render.error;
  if (render.status !== 'ready') return false;
  shown = render;
  isNow(`${render.exercise} · ${render.language} · ${clock(render.duration_seconds)} · ${render.frames} frames`, 'stage-sub');
  draw(render.segments, render.duration_seconds);
  play(render.playback_hls_url);
  return true;
}

function draw(map, duration) {
  segments = map;
  timeline.replaceChildren(...map.map(segment => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `segment ${segment.kind}`;
    button.textContent = nameOf(segment);
    button.title = `${nameOf(segment)}, ${clock(segment.from_seconds)} to ${clock(segment.to_seconds)}`;
    button.style.flexGrow = String((segment.to_seconds - segment.from_seconds) / duration);
    button.style.flexBasis = '0';
    for (const at of segment.reps.slice(1, -1)) {
      const tick = document.createElement('span');
      tick.className = 'rep';
      tick.style.left = `${(at - segment.from_seconds) / (segment.to_seconds - segment.from_seconds) * 100}%`;
      button.append(tick);
    }
    button.addEventListener('click', () => { video.currentTime = segment.from_seconds; });
    return button;
  }));
}

function play(address) {
  if (window.Hls?.isSupported()) {
    const hls = new window.Hls();
    hls.on(window.Hls.Events.ERROR, (_, data) => {
      if (data.fatal) { note.hidden = false; note.textContent = `The video cannot be played: ${data.details}`; }
    });
    hls.loadSource(address);
    hls.attachMedia(video);
  } else if (video.canPlayType('application/vnd.apple.mpegurl')) {
    video.src = address;
  } else {
    note.textContent = 'This browser plays no HLS.';
    return;
  }
  video.addEventListener('canplay', () => {
    note.hidden = true;
    // Muted, so browsers allow it; where one does not, the controls are there.
    video.play().catch(() => { note.hidden = true; });
  }, { once: true });
}

video.addEventListener('timeupdate', () => {
  const t = video.currentTime;
  const here = segments.findIndex(s => t >= s.from_seconds && t < s.to_seconds);
  [...timeline.children].forEach((button, i) => button.classList.toggle('here', i === here));
  if (here < 0) return;
  const segment = segments[here];
  const rep = segment.reps.findIndex((at, i) => i + 1 < segment.reps.length && t < segment.reps[i + 1]);
  const where = document.createElement('strong');
  where.textContent = segment.kind === 'set'
    ? `Set ${segment.set + 1}, ${segment.side}, repetition ${rep + 1} of ${segment.reps.length - 1}`
    : nameOf(segment);
  document.getElementById('now').replaceChildren(where, ` · ${clock(t)}`);
});
