// What every page is made of: lit-html, the Core API as JSON and events, sources of data, the address as the place of filters.
import { html, nothing, render, svg } from '/webjars/lit-html/lit-html.js';
import { currentLanguage } from './i18n.js';

export { html, nothing, render, svg };

// ---- The Core API: JSON over the session's cookie, problem documents as errors, server-sent events ----------------------

/** What went wrong, from a problem document (RFC 9457) or from the network. */
export class Problem extends Error {
  constructor({ status, title, detail, errors, requestId, retryAfter }) {
    super(detail ?? title);
    this.name = 'Problem';
    /** HTTP status; 0 where no answer came. */
    this.status = status;
    this.title = title;
    this.detail = detail;
    /** [{field, code, message}] of refused input. */
    this.errors = errors ?? [];
    this.requestId = requestId;
    /** Seconds that the server wants us to wait, or undefined. */
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later without a change. */
  get isTemporary() {
    return [0, 408, 429, 500, 502, 503, 504].includes(this.status);
  }
}

let expired = address => {
  location.assign(`/sign-in?return=${encodeURIComponent(address)}`);
  return new Promise(() => {});
};

/** What happens on a 401: an async function of the address; it answers when the request may be repeated. */
export const onExpired = handle => { expired = handle; };

export function get(path, { signal } = {}) {
  const begun = firstReads.get(path);
  firstReads.delete(path);
  return begun ?? request(path, { signal }, 3);
}

/** `idempotencyKey` makes it safe to send again: then it is repeated as a GET is. `ifMatch` is the ETag of what is changed. */
export const post = (path, body, options) => write('POST', path, body, options);
export const put = (path, body, options) => write('PUT', path, body, options);
export const patch = (path, body, options) => write('PATCH', path, body, options);
export const del = (path, options) => write('DELETE', path, undefined, options);

function write(method, path, body, { signal, idempotencyKey, ifMatch } = {}) {
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (idempotencyKey) headers['Idempotency-Key'] = idempotencyKey;
  if (ifMatch) headers['If-Match'] = ifMatch;
  const safe = Boolean(idempotencyKey) || method === 'PUT' || method === 'DELETE';
  return request(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) }, safe ? 3 : 1);
}

async function request(path, options, attempts) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(path, options);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status === 401) await expired(location.pathname + location.search);
      else if (attempt >= attempts || !repeats(problem) || (problem.retryAfter ?? 0) > 5) throw problem;
      else await wait((problem.retryAfter ?? 0.4 * 2 ** attempt) * 1000 * (0.8 + Math.random() * 0.4), options.signal);
    }
  }
}

const repeats = problem => [0, 503].includes(problem.status);

function wait(millis, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

/** The JSON of an answer; undefined for one without a body. Its ETag is in `etagOf(answer)`. */
async function once(path, options) {
  const answer = await send(path, options);
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204 || answer.headers.get('Content-Length') === '0') return undefined;
  const body = await answer.json();
  const etag = answer.headers.get('ETag');
  if (etag && typeof body === 'object') etags.set(body, etag);
  return body;
}

const etags = new WeakMap();

/** The ETag that an answer came with. */
export const etagOf = answer => etags.get(answer);

async function send(path, options) {
  try {
    return await fetch(path, { credentials: 'same-origin', ...options, headers: { Accept: 'application/json', 'Accept-Language': currentLanguage(), ...options.headers } });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem({ status: 0, title: 'no answer' });
  }
}

async function problemOf(answer) {
  const document = await answer.json().catch(() => ({}));
  return new Problem({
    status: answer.status,
    title: document.title ?? answer.statusText,
    detail: document.detail,
    errors: document.errors,
    requestId: answer.headers.get('X-Request-Id') ?? document.instance,
    retryAfter: seconds(answer.headers.get('Retry-After')),
  });
}

const seconds = text => (text === null || Number.isNaN(Number(text)) ? undefined : Number(text));

/**
 * What `<html data-first="…">` names is read before the page's own modules are there; the first get() of the same path takes
 * the answer. `{id}` is a parameter of the address, `{state|open}` one with a default, `{language}` the page's; in `?q&page`
 * they may be missing. With other parameters in the address nothing is read early.
 */
const firstReads = new Map();
beginReads((document.documentElement.dataset.first ?? '').split(' ').filter(Boolean));

/** What was begun early and is not taken yet is not given to reads that come later. */
export const endFirstReads = () => firstReads.clear();

function beginReads(patterns) {
  const given = new URLSearchParams(location.search);
  const named = new Set(['language']);
  const filled = text => text.replace(/\{(\w+)(?:\|(\w+))?\}/g, (whole, name, otherwise = '') => {
    named.add(name);
    return encodeURIComponent(name === 'language' ? currentLanguage() : given.get(name) || otherwise);
  });
  const paths = patterns.map(pattern => {
    const [path, parameters = ''] = pattern.split('?');
    return query(filled(path), Object.fromEntries(parameters.split('&').filter(Boolean).map(parameter => {
      const [name, value] = parameter.split('=');
      return [name, value === undefined ? decodeURIComponent(filled(`{${name}}`)) : decodeURIComponent(filled(value))];
    })));
  });
  if ([...given.keys()].some(name => !named.has(name))) return;
  paths.filter(path => !/\/(\/|\?|$)/.test(path)).forEach(path => {
    const answer = request(path, {}, 3);
    answer.catch(() => {});
    firstReads.set(path, answer);
  });
}

let person;

/** Who is signed in, asked once per page: the answer of GET /v1/me. */
export const me = () => (person ??= get('/v1/me'));

// A page behind a session names its words in <html data-words="…">: then this is asked before the other modules are there.
if (document.documentElement.dataset.words !== undefined && document.documentElement.dataset.session !== 'none') me().catch(() => {});

let settingsAnswer;

/** `{gateway: ORIGIN}`: where the pages find other programs. */
export const settings = () => (settingsAnswer ??= get('/settings.json'));

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
/** The server sends a comment every 10 s. */
const SILENCE = 35_000;
/** So long after the tab was hidden its connection is given back: over HTTP/1.1 a browser opens six to a server for all its tabs. */
const UNSEEN = 5_000;

/**
 * Follows server-sent events, and connects again after an interruption from the last event that came.
 * `onEvent({type, id, data})` gets each event with its data parsed as JSON, `onState('live' | 'lost')` each change of
 * the connection; `onState` is called with 'live' again after events may have been missed, so read what you show anew there.
 * While the tab is hidden nothing is followed; when it is seen again, it continues as after an interruption. Answers a function that ends it.
 */
export function follow(path, { onEvent, onState = () => {}, lastEventId } = {}) {
  const ended = new AbortController();
  let last = lastEventId;
  let failures = 0;
  let state;
  let hasRested = false;
  const now = next => { if (state !== next && !ended.signal.aborted) onState(state = next); };

  async function connect() {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    const rest = () => { hasRested = true; stop(); };
    let unseen;
    const look = () => {
      clearTimeout(unseen);
      if (document.hidden) unseen = setTimeout(rest, UNSEEN);
    };
    document.addEventListener('visibilitychange', look);
    ended.signal.addEventListener('abort', stop);
    // A cut connection may look alive for minutes.
    addEventListener('offline', stop);
    let silence = setTimeout(stop, SILENCE);
    try {
      const answer = await send(path, { signal: attempt.signal, headers: { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) } });
      if (!answer.ok) throw await problemOf(answer);
      failures = 0;
      if (hasRested) now('lost');
      hasRested = false;
      now('live');
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(stop, SILENCE);
        const blocks = (text + value).split('\n\n');
        text = blocks.pop();
        blocks.forEach(take);
      }
    } finally {
      clearTimeout(silence);
      clearTimeout(unseen);
      document.removeEventListener('visibilitychange', look);
      ended.signal.removeEventListener('abort', stop);
      removeEventListener('offline', stop);
    }
  }

  function take(block) {
    const event = { type: 'message', id: undefined, data: [] };
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon < 1) continue;
      const value = line.slice(colon + 1).replace(/^ /, '');
      if (line.startsWith('event')) event.type = value;
      else if (line.startsWith('id')) event.id = last = value;
      else if (line.startsWith('data')) event.data.push(value);
    }
    if (event.data.length && !ended.signal.aborted) onEvent({ ...event, data: JSON.parse(event.data.join('\n')) });
  }

  async function forever() {
    while (!ended.signal.aborted) {
      await seen();
      if (ended.signal.aborted) return undefined;
      try {
        await connect();
      } catch (problem) {
        // The connection was given back, which does not count as a failure.
        if (hasRested && problem.name === 'AbortError') continue;
        if (problem.status === 401) await expired(location.pathname + location.search);
        else if (problem.status === 403 || problem.status === 404) return now('lost');
        failures++;
      }
      if (ended.signal.aborted) return undefined;
      if (failures) now('lost');
      await pause(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures) * (0.5 + Math.random() / 2));
    }
    return undefined;
  }

  /** Resolves when the tab is seen, or this has ended. */
  async function seen() {
    while (document.hidden && !ended.signal.aborted) await pause();
  }

  /** Ends early when the network comes back, and when the tab is hidden or seen; without a time only then. */
  const pause = millis => new Promise(resolve => {
    const timer = millis && setTimeout(done, millis);
    function done() {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      ended.signal.removeEventListener('abort', done);
      resolve();
    }
    addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
    ended.signal.addEventListener('abort', done);
  });

  forever();
  return () => ended.abort();
}

// ---- Drawing, filters in the address, and sources of data ---------------------------------------------------------------

let draw = () => {};
let asked = false;

/** page() registers how the page is drawn. */
export const onDraw = how => { draw = how; };

/** Draws the page in the next frame; many calls draw once. In a hidden tab it waits until the tab is seen. */
export function redraw() {
  if (asked) return;
  asked = true;
  const now = () => { asked = false; draw(); };
  if (document.hidden) document.addEventListener('visibilitychange', now, { once: true });
  else requestAnimationFrame(now);
}

/** An object whose changes draw the page again: `const open = state({menu: false}); open.menu = true`. */
export const state = initial => new Proxy(initial, {
  set(target, key, value) {
    if (!Object.is(target[key], value)) {
      target[key] = value;
      redraw();
    }
    return true;
  },
});

const addressListeners = new Set();

/** The filters of a view, kept in the query of the address, so that it can be shared and "back" works. */
export const address = {
  /** All parameters as an object of strings, or one of them (undefined when it is not there). */
  get(name) {
    const query = new URLSearchParams(location.search);
    return name === undefined ? Object.fromEntries(query) : query.get(name) ?? undefined;
  },
  /** Changes parameters; undefined, null and '' take one away. `replace` leaves no entry in the history. */
  set(changes, { replace = false } = {}) {
    const target = address.with(changes);
    if (target === location.pathname + location.search) return;
    history[replace ? 'replaceState' : 'pushState'](null, '', target);
    changed();
  },
  /** The address with other parameters, for links. */
  with(changes, path = location.pathname) {
    const query = new URLSearchParams(path === location.pathname ? location.search : '');
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === null || value === '') query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    return path + (text ? `?${text}` : '');
  },
  onChange(listener) {
    addressListeners.add(listener);
    return () => addressListeners.delete(listener);
  },
};

function changed() {
  addressListeners.forEach(listener => listener());
  redraw();
}
addEventListener('popstate', changed);

/** `/v1/things?a=1`: a path with the parameters that are not undefined, null or ''. */
export function query(path, parameters) {
  const text = new URLSearchParams(
    Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== '')).toString();
  return text ? `${path}?${text}` : path;
}

const FIRST_RETRY = 5_000;
const LONGEST_RETRY = 60_000;

/**
 * Data that is loaded at once, again when the parameters of the address that `on` names change (default: none), every
 * `every` milliseconds (or every(data): undefined = not again) while the tab is seen, and after a failure by itself. What was loaded stays while it is loaded
 * again, and after a failure (isStale).
 *
 * `load({signal})` answers the data. The source has: status 'loading' | 'ready' | 'failed', data, problem, loadedAt
 * (milliseconds), isStale, isReloading, retryAt (milliseconds, when the next attempt is due), reload(), set(data), stop().
 */
export function source(load, { on = [], every } = {}) {
  let running;
  let timer;
  let failures = 0;
  let stopped = false;
  const one = {
    status: 'loading', data: undefined, problem: undefined, loadedAt: undefined, retryAt: undefined, isReloading: false,
    get isStale() { return one.problem !== undefined && one.data !== undefined; },
    reload,
    /** Replaces the data, such as by the answer of a change. */
    set(data) { Object.assign(one, { data, status: 'ready', problem: undefined }); redraw(); },
    stop() { stopped = true; running?.abort(); clearTimeout(timer); unlisten(); },
  };

  async function reload() {
    if (stopped) return;
    running?.abort();
    clearTimeout(timer);
    const mine = running = new AbortController();
    Object.assign(one, { isReloading: true, retryAt: undefined });
    redraw();
    try {
      const data = await load({ signal: mine.signal });
      if (running !== mine || stopped) return;
      failures = 0;
      Object.assign(one, { status: 'ready', data, problem: undefined, loadedAt: Date.now(), isReloading: false });
      const pause = typeof every === 'function' ? every(data) : every;
      if (pause) schedule(pause);
    } catch (problem) {
      if (running !== mine || stopped || problem?.name === 'AbortError') return;
      Object.assign(one, { status: one.data === undefined ? 'failed' : 'ready', problem, isReloading: false });
      if (problem.isTemporary) {
        const delay = Math.max((problem.retryAfter ?? 0) * 1000, Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** failures++));
        one.retryAt = Date.now() + delay;
        schedule(delay);
      } else if (!('status' in problem)) {
        console.error(problem);
      }
    }
    redraw();
  }

  function schedule(millis) {
    timer = setTimeout(() => {
      if (!document.hidden) reload();
      else document.addEventListener('visibilitychange', reload, { once: true });
    }, millis);
  }

  const key = () => JSON.stringify(on.map(name => address.get(name) ?? null));
  let last = key();
  const stopAddress = address.onChange(() => {
    if (key() === last) return;
    last = key();
    Object.assign(one, { status: 'loading', data: undefined, problem: undefined });
    reload();
  });
  const online = () => { if (one.problem) reload(); };
  addEventListener('online', online);
  const unlisten = () => { stopAddress(); removeEventListener('online', online); };

  reload();
  return one;
}

/** What this tab keeps of one person's input until it is sent; dropped at sign-out and when another person signs in. */
export const kept = {
  own(person) {
    if (kept.get('owner') !== person) kept.clear();
    kept.set('owner', person);
  },
  get(key) {
    const text = sessionStorage.getItem(`kinebeam.${key}`);
    return text === null ? undefined : JSON.parse(text);
  },
  set(key, value) {
    if (value === undefined) sessionStorage.removeItem(`kinebeam.${key}`);
    else sessionStorage.setItem(`kinebeam.${key}`, JSON.stringify(value));
  },
  clear() {
    Object.keys(sessionStorage).filter(key => key.startsWith('kinebeam.')).forEach(key => sessionStorage.removeItem(key));
  },
};
