// Two video elements over one another: one plays, the other loads what comes next. Signed addresses are renewed under
// the running player: they differ in their folder alone, so each request takes the newest folder.
import { settings } from '/kit/core.js';

const LIBRARY = '/webjars/hls.js/dist/hls.min.js';
const LEAST_BETWEEN_RENEWALS = 60_000;
const LONGEST_TIMER = 2 ** 31 - 1;
const HTTP_FORBIDDEN = 403;
const HTTP_UNAVAILABLE = 503;
const AHEAD_SECONDS = 6;
const BUFFER_SECONDS = 40;
const CANNOT_AUTOPLAY = 'NotAllowedError';

let library;

/** hls.js, loaded once; undefined where the browser has no Media Source Extensions and plays HLS by itself. */
export function loadPlayer() {
  library ??= 'MediaSource' in window || 'ManagedMediaSource' in window ? script() : Promise.resolve(undefined);
  return library;
}

const script = () => new Promise((resolve, reject) => {
  const element = document.createElement('script');
  element.src = LIBRARY;
  element.onload = () => resolve(window.Hls.isSupported() ? window.Hls : undefined);
  element.onerror = () => {
    library = undefined;
    element.remove();
    reject(new Error('the player could not be loaded'));
  };
  document.head.append(element);
});

/** Where the next address of a render is asked for. */
export const playbackOf = renderId => `/v1/videos/${renderId}/playback`;

/** Not by the kit: a session that ended must not take the page away while there is something to play. */
async function ask(path) {
  const answer = await fetch(path, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
  if (!answer.ok) throw Object.assign(new Error(`no answer of ${path}: ${answer.status}`), { status: answer.status });
  return answer.json();
}

const folderOf = address => address.slice(0, address.lastIndexOf('/') + 1);

/** A signed address that renews itself at the time that the server names, and whenever the host refuses it. */
function createAddress({ playback: path, url, renewAt }, onLost) {
  const folders = [folderOf(url)];
  const file = url.slice(folders[0].length);
  let renewing;
  let renewedAt = -LEAST_BETWEEN_RENEWALS;
  let timer;
  const address = {
    get url() { return folders[0] + file; },
    /** The address to ask for in place of one that may be of an earlier folder. */
    newest(asked) {
      const folder = folders.find(one => asked.startsWith(one));
      return folder ? folders[0] + asked.slice(folder.length) : asked;
    },
    renew() {
      renewing ??= next().finally(() => { renewing = undefined; });
      return renewing;
    },
    end() { clearTimeout(timer); timer = null; },
  };

  async function next() {
    try {
      const playback = await ask(path);
      renewedAt = performance.now();
      folders.unshift(folderOf(playback.playback_hls_url));
      schedule(playback.playback_renew_at);
    } catch (error) {
      if (error.status === 404) onLost();
      renewedAt = performance.now();
      schedule(new Date().toISOString());
      throw error;
    }
  }

  /** A clock that is wrong by hours asks once a minute at most, and a refused request renews at once anyway. */
  function schedule(at) {
    if (!at || timer === null) return;
    const least = Math.max(0, renewedAt + LEAST_BETWEEN_RENEWALS - performance.now());
    clearTimeout(timer);
    timer = setTimeout(() => address.renew().catch(() => {}), Math.min(LONGEST_TIMER, Math.max(least, Date.parse(at) - Date.now())));
  }

  schedule(renewAt);
  return address;
}

/** A loader of hls.js that asks for the newest address, and again after a renewal where the host refuses one. */
const loaderOf = (Hls, address) => class {
  constructor(config) {
    this.config = config;
    this.inner = new Hls.DefaultConfig.loader(config);
    this.stats = this.inner.stats;
    this.isOver = false;
  }

  get context() { return this.inner.context; }

  load(context, config, callbacks, isSecond = false) {
    this.inner.load({ ...context, url: address.newest(context.url) }, config, {
      ...callbacks,
      onSuccess: (answer, stats, ...rest) => {
        if (isSecond) Object.assign(this.stats, stats);
        callbacks.onSuccess(answer, this.stats, ...rest);
      },
      onError: (error, ...rest) => {
        if (error.code !== HTTP_FORBIDDEN) return callbacks.onError(error, ...rest);
        // As any that is unavailable, hls.js asks again a little later, for the newest address then.
        const unavailable = () => this.isOver || callbacks.onError({ ...error, code: HTTP_UNAVAILABLE }, ...rest);
        if (isSecond) return unavailable();
        return address.renew().then(() => {
          if (this.isOver) return;
          this.inner.destroy();
          this.inner = new Hls.DefaultConfig.loader(this.config);
          this.load(context, config, callbacks, true);
        }, unavailable);
      },
    });
  }

  getCacheAge() { return this.inner.getCacheAge?.() ?? null; }

  getResponseHeader(name) { return this.inner.getResponseHeader?.(name) ?? null; }

  abort() { this.isOver = true; this.inner.abort(); }

  destroy() { this.isOver = true; this.inner.destroy(); }
};

const bufferOf = seconds => ({ maxBufferLength: seconds, maxMaxBufferLength: seconds });

/** One video element and what is loaded into it. */
function createSlot(onEvent) {
  const video = document.createElement('video');
  video.playsInline = true;
  video.preload = 'auto';
  video.tabIndex = -1;
  const slot = { video, item: undefined, hls: undefined, address: undefined, problem: undefined, opening: 0, opened: undefined };
  for (const type of ['play', 'pause', 'playing', 'waiting', 'seeking', 'seeked', 'timeupdate', 'durationchange', 'ended', 'volumechange']) {
    video.addEventListener(type, () => onEvent(slot, type));
  }
  video.addEventListener('error', () => {
    if (slot.hls || !slot.item || !video.getAttribute('src')) return;
    refuse(video.error?.code === MediaError.MEDIA_ERR_DECODE ? 'format' : 'network');
  });

  function refuse(kind) {
    slot.problem = { kind, at: video.currentTime };
    onEvent(slot, 'problem');
  }

  /** Loads an item, ready to play from `at` seconds; `opened` is its promise. Another call overtakes this one. */
  slot.open = (item, at) => {
    slot.opened = load(item, at);
    return slot.opened;
  };

  async function load(item, at) {
    slot.close();
    const mine = ++slot.opening;
    slot.item = item;
    video.setAttribute('aria-label', item.title);
    if (item.poster) video.poster = item.poster;
    else video.removeAttribute('poster');
    if (!item.url) return refuse('missing');
    slot.address = createAddress(item, () => refuse('lost'));
    let Hls;
    try {
      Hls = await loadPlayer();
    } catch {
      if (mine === slot.opening) refuse('network');
      return undefined;
    }
    if (mine !== slot.opening) return undefined;
    if (Hls) withLibrary(Hls, at);
    else byBrowser(at);
    return onEvent(slot, 'opened');
  }

  function withLibrary(Hls, at) {
    const hls = slot.hls = new Hls({
      loader: loaderOf(Hls, slot.address), startPosition: at || -1, backBufferLength: 30, capLevelToPlayerSize: true,
      ...bufferOf(AHEAD_SECONDS),
    });
    let recovered = false;
    hls.on(Hls.Events.ERROR, (ignored, data) => {
      if (!data.fatal || slot.hls !== hls) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !recovered) {
        recovered = true;
        const isPlaying = !video.paused;
        hls.recoverMediaError();
        // The element pauses when its source is taken away. Where the browser wants a click, it stays paused.
        if (isPlaying) video.play().catch(() => {});
      } else {
        refuse(kindOf(Hls, data));
      }
    });
    hls.loadSource(slot.address.url);
    hls.attachMedia(video);
  }

  /** What is prepared loads its beginning only: it may never be played, and mobile data cost money. */
  slot.isShown = () => { if (slot.hls) Object.assign(slot.hls.config, bufferOf(BUFFER_SECONDS)); };

  /** Safari without hls.js: a new address means loading again, at the same position. */
  function byBrowser(at) {
    video.src = slot.address.url;
    if (at) video.addEventListener('loadedmetadata', () => { video.currentTime = at; }, { once: true });
  }

  slot.close = () => {
    slot.opening++;
    slot.address?.end();
    slot.hls?.destroy();
    Object.assign(slot, { item: undefined, hls: undefined, address: undefined, problem: undefined });
    video.removeAttribute('src');
    video.load();
  };
  return slot;
}

function kindOf(Hls, data) {
  if (data.type !== Hls.ErrorTypes.NETWORK_ERROR) return 'format';
  const status = data.response?.code ?? 0;
  return status >= 400 && status < 500 ? 'missing' : 'network';
}

/**
 * The stage. An item is {key, playback, renderId?, mediaId, url, renewAt, title, poster}; `playback` is where its next address is
 * asked for. `onEvent(type)` is called for the events of
 * the element that is shown, and with 'problem' {kind: 'network' | 'missing' | 'format' | 'lost', at: seconds}; 'lost' means that
 * the video was replaced by a newer one.
 */
export function createStage({ onEvent, onTurn = () => {}, hasControls = false }) {
  const events = (slot, type) => { if (slot === shown) onEvent(type); };
  const slots = [createSlot(events), createSlot(events)];
  let shown = slots[0];
  const element = document.createElement('div');
  element.className = 'screens';
  element.append(...slots.map(slot => slot.video));
  if (hasControls) slots.forEach(({ video }) => Object.assign(video, { controls: true, tabIndex: 0 }));
  const other = () => slots.find(slot => slot !== shown);
  const turn = () => slots.forEach(slot => slot.video.classList.toggle('offstage', slot !== shown));
  turn();

  const stage = {
    element,
    get video() { return shown.video; },
    get item() { return shown.item; },
    get hls() { return shown.hls; },
    get problem() { return shown.problem; },
    /** Shows an item from `at` seconds; one that was prepared begins without loading. */
    async show(item, at = 0) {
      const { muted, volume } = shown.video;
      shown.video.pause();
      if (other().item?.key === item.key && !other().problem) {
        shown = other();
        other().close();
        // An element that is played before it has its source is paused when it gets it.
        const { video, opened } = shown;
        await opened;
        if (at && shown.video === video && shown.item?.key === item.key) video.currentTime = at;
      } else {
        await shown.open(item, at);
      }
      if (shown.item !== item && shown.item?.key !== item.key) return;
      Object.assign(shown.video, { muted, volume });
      shown.isShown();
      turn();
      onTurn(shown);
      onEvent('turn');
    },
    /** Loads the playlists and first segments of what comes next. */
    prepare(item) {
      if (item && other().item?.key !== item.key && shown.item?.key !== item.key) other().open(item, 0);
    },
    /** Loads the item that is shown again, at a new address, where it stopped. */
    async again() {
      const { item, problem } = shown;
      const at = problem?.at ?? shown.video.currentTime;
      const newest = await fresh(item);
      if (shown.item !== item) return; // closed, or something else is shown meanwhile
      await shown.open({ ...item, ...newest }, at);
      shown.isShown();
      onTurn(shown);
    },
    /** Plays; answers false where the browser wants a click first. */
    async play() {
      try {
        await shown.video.play();
        return true;
      } catch (error) {
        if (error.name === CANNOT_AUTOPLAY) return false;
        if (error.name === 'AbortError') return true; // paused or loaded again meanwhile
        throw error;
      }
    },
    close: () => slots.forEach(slot => slot.close()),
  };
  return stage;
}

/** The newest address of an item; its own where the server gives none now, which may still play. */
async function fresh(item) {
  try {
    const answer = await ask(item.playback);
    return { url: answer.playback_hls_url, renewAt: answer.playback_renew_at };
  } catch {
    return {};
  }
}

/**
 * Reports how what is on stage plays, only with consent: without it not even the tracker is loaded. `consent` answers a
 * promise of true or false.
 */
export function createReporter(consent) {
  let handle;
  let followed;
  const reporter = {
    async follow(slot, clickedAt) {
      reporter.end();
      const { item } = slot;
      followed = item;
      if (!item || !(await consent())) return;
      const [{ track }, { gateway }] = await Promise.all([import('/tracker/kinebeam-tracker.js'), settings()]);
      if (followed !== item || slot.item !== item) return;
      handle = track(slot.video, {
        endpoint: `${gateway}/v1/media/events`,
        token: async () => (await ask('/v1/me/token')).token,
        mediaId: item.mediaId, renderId: item.renderId, hls: slot.hls, consent: true, clickedAt,
      });
    },
    /** `later`: the tracker hears of an error after us, and reports it before its session ends. */
    end({ later = false } = {}) {
      const ending = handle;
      handle = undefined;
      followed = undefined;
      if (later) setTimeout(() => ending?.end());
      else ending?.end();
    },
  };
  return reporter;
}
