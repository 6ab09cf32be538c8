// The replay: a clock that moves the cursor at a speed, and the video that is kept at the cursor's position.
import { get, html, nothing, redraw, state } from '/kit/core.js';
import { fmt, t } from '/kit/i18n.js';
import { icon, notice, word } from '/kit/ui.js';
import { placeAt, positionAt, stateAt } from './course.js';

export const SPEEDS = [1, 2, 8];
export const replay = state({ isPlaying: false, speed: 1 });
let frame;

/** Moves the cursor until the session's end. `now()` is where it is, `seek(at)` moves it. */
export function start(course, now, seek) {
  if (now() >= course.length) seek(0);
  replay.isPlaying = true;
  let last = performance.now();
  const step = time => {
    if (!replay.isPlaying) return;
    const at = now() + (time - last) * replay.speed;
    last = time;
    seek(Math.min(at, course.length));
    if (at >= course.length) stop();
    else frame = requestAnimationFrame(step);
  };
  frame = requestAnimationFrame(step);
}

export function stop() {
  cancelAnimationFrame(frame);
  replay.isPlaying = false;
}

const screen = state({ status: 'waiting', message: '' });
let video;
let renewal;

/** Loads the video's address and the player when the page is otherwise drawn. */
class Screen extends HTMLElement {
  #release;

  connectedCallback() {
    video = document.createElement('video');
    Object.assign(video, { muted: true, playsInline: true, preload: 'metadata', tabIndex: -1 });
    video.setAttribute('aria-hidden', 'true');
    this.replaceChildren(video);
    this.#load();
  }

  disconnectedCallback() {
    clearTimeout(renewal);
    this.#release?.();
    this.#release = undefined;
  }

  async #load() {
    try {
      const { attach } = await import('/therapist/player.js');
      const found = await get(this.playback);
      if (!this.isConnected) return;
      this.#release?.();
      const release = await attach(video, found.playback_hls_url, () => { screen.status = 'failed'; });
      if (!this.isConnected) { release(); return; }
      this.#release = release;
      video.addEventListener('loadeddata', () => { screen.status = 'ready'; }, { once: true });
      if (screen.status === 'waiting') screen.status = 'loading';
      if (found.playback_renew_at) renewal = setTimeout(() => this.#load(), Math.max(60_000, Date.parse(found.playback_renew_at) - Date.now()));
    } catch {
      screen.status = 'failed';
    }
  }
}
customElements.define('kinebeam-screen', Screen);

/** Keeps the video where the session was: it plays only while the session played. */
export function show(course, at) {
  if (!video || screen.status !== 'ready') return;
  const position = positionAt(course, at);
  const plays = replay.isPlaying && stateAt(course, at).is === 'play';
  if (Math.abs(video.currentTime - position) > (plays ? 0.35 * replay.speed : 0.05)) video.currentTime = position;
  if (plays && video.paused) {
    video.playbackRate = replay.speed;
    video.play().catch(redraw); // refused or interrupted: the next frame tries again
  } else if (plays) video.playbackRate = replay.speed;
  else if (!video.paused) video.pause();
}

/** "Set 1, left, repetition 4 of 10", or what the segment is. */
export function placeName(segments, position) {
  const place = placeAt(segments, position);
  if (!place) return undefined;
  const { segment, repetition, of } = place;
  return segment.kind === 'set' || of
    ? t('session.repetition', { set: fmt.number((segment.set ?? 0) + 1), side: word('session.side', segment.side ?? 'none'), repetition: fmt.number(repetition), of: fmt.number(of) })
    : word('session.segment', segment.kind);
}

/** How far into a segment a position is, as a share of 1. */
const share = (segment, position) => Math.max(0, Math.min(1, (position - segment.from_seconds) / (segment.to_seconds - segment.from_seconds)));

function segmentMap(videoOf, position, onPick) {
  const { segments } = videoOf;
  if (!segments.length) return nothing;
  const length = segments.at(-1).to_seconds;
  const here = placeAt(segments, position)?.segment;
  return html`<div class="map" role="group" aria-label=${t('session.map')}>${segments.map(segment => html`<button class="part ${segment.kind} ${segment === here ? 'here' : ''}"
      .style=${`flex-grow:${(segment.to_seconds - segment.from_seconds) / length}`} aria-current=${segment === here ? 'true' : nothing}
      aria-label=${`${placeName(segments, segment.from_seconds)} · ${fmt.clock(segment.from_seconds)}`} @click=${() => onPick(segment.from_seconds)}>
      <span class="part-name">${segment.side ? `${word('session.side', segment.side)} × ${segment.reps.length - 1}` : word('session.segment', segment.kind)}</span>
      ${segment === here ? html`<span class="map-cursor" .style=${`left:${share(segment, position) * 100}%`}></span>` : nothing}
      ${segment.reps.slice(1, -1).map(at => html`<i .style=${`left:${share(segment, at) * 100}%`}></i>`)}</button>`)}</div>`;
}

/** The video at the cursor with its segment map; `pick(position)` is called for a place of the map. */
export function stage(session, course, at, pick) {
  const now = stateAt(course, at);
  const position = positionAt(course, at);
  const of = session.video;
  const name = of ? placeName(of.segments, position) : undefined;
  return html`<div class="stage">
    <div class="screen ${screen.status}">
      ${of?.playable ? html`<kinebeam-screen .playback=${of.playback_path}></kinebeam-screen>` : nothing}
      ${now.is === 'play' ? nothing : html`<span class="veil ${now.is}">${icon(now.is === 'pause' ? 'pause' : now.is === 'stall' ? 'warning' : 'clock')}${t(`session.state.${now.is}`)}
        ${now.is === 'pause' ? nothing : html` · ${fmt.ms(now.to - now.from)}`}</span>`}
    </div>
    ${!of?.playable ? notice('info', t('session.noVideo')) : screen.status === 'failed' ? notice('warn', t('session.videoFailed')) : nothing}
    <p class="place"><strong class="numbers">${fmt.clock(position)}</strong> ${name ? html`<span>${name}</span>` : nothing}</p>
    ${of ? segmentMap(of, position, pick) : nothing}</div>`;
}
