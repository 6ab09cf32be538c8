// What every page is made of: lit-html, the address as the place of filters, state that draws, and sources of data.
import { html, nothing, render, svg } from '/webjars/lit-html/lit-html.js';

export { html, nothing, render, svg };

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
